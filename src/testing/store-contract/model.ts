import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import type { EventStore, ExpectedRevision } from '../../event-store/event-store.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { collect, textsOf } from './checks.js'
import { sampleEvent } from './sample-events.js'
import type { StoreCase, StoreHarness } from './store-case.js'

/** A store as lists: the events, the quarantined deliveries, and the ids of erased clients. */
interface Model {
  log: ReadonlyArray<ClientEvent>
  quarantined: ReadonlyArray<QuarantinedDelivery>
  readonly erased: Set<string>
}

/** The store under test. The command `reopen` replaces it by another handle. */
interface Real {
  store: EventStore
}

type Command = fc.AsyncCommand<Model, Real>

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Bodies of deliveries, with the client that each of them mentions. */
const BODIES: ReadonlyArray<{ readonly mentioned?: string; readonly body: Uint8Array }> = [
  { mentioned: 'client_1', body: Uint8Array.of(0, ...bytesOf('"client_1"'), 255) },
  { mentioned: 'client_2', body: bytesOf('{"client_id":"client_2"') },
  { mentioned: 'client_3', body: bytesOf('{"client_id":"\\u0063lient_3"}') },
  { body: bytesOf('client_11 my_client_2 client-3') },
]

const doesMention = (searched: Uint8Array, clientId: string): boolean =>
  BODIES.some(({ mentioned, body }) => mentioned === clientId && body === searched)

/** A text that sorts like the delivery. Ids and times in this model have one length. */
const placeOf = ({ receivedAt, id }: QuarantinedDelivery): string => `${receivedAt} ${id}`

const ofClient = ({ log }: Model, clientId: string): ReadonlyArray<ClientEvent> =>
  log.filter((event) => clientIdOf(event) === clientId)

const holds = (expected: ExpectedRevision, actual: number): boolean =>
  expected === 'any' ||
  expected === actual ||
  (expected === 'no-stream' && actual === 0) ||
  (expected === 'stream-exists' && actual > 0)

/** The events of this model differ in nothing but `data` and in whether they have a `timestamp`. */
const isSame = (left: ClientEvent, right: ClientEvent): boolean =>
  JSON.stringify(left.data) === JSON.stringify(right.data)

/** The answer that an append must have, by the rules of the port. */
const answerOf = (
  model: Model,
  events: ReadonlyArray<ClientEvent>,
  expected: ExpectedRevision,
): string => {
  const [first] = events
  assert(first !== undefined)
  const clientId = clientIdOf(first)
  if (model.erased.has(clientId)) return 'Erased'
  let newEvents: ReadonlyArray<ClientEvent> = []
  for (const event of events) {
    const stored = [...model.log, ...newEvents].find(({ id }) => id === event.id)
    if (stored === undefined) newEvents = [...newEvents, event]
    else if (!isSame(stored, event)) return 'EventIdConflict'
  }
  const revision = ofClient(model, clientId).length
  if (newEvents.length > 0 && !holds(expected, revision)) return `RevisionConflict ${revision}`
  model.log = [...model.log, ...newEvents]
  return `${revision + newEvents.length} after ${textsOf(newEvents).join()}`
}

const append = (events: ReadonlyArray<ClientEvent>, expected: ExpectedRevision): Command => ({
  check: () => true,
  toString: () => `append(${JSON.stringify(expected)}, ${textsOf(events).join()})`,
  run: async (model, { store }) => {
    const [first] = events
    assert(first !== undefined)
    const answer = await store.append(clientIdOf(first), events, expected)
    const actual = E.isRight(answer)
      ? `${answer.right.revision} after ${textsOf(answer.right.recorded).join()}`
      : answer.left._tag === 'RevisionConflict'
        ? `RevisionConflict ${answer.left.actual}`
        : answer.left._tag
    assert.equal(actual, answerOf(model, events, expected))
  },
})

const record = (events: ReadonlyArray<ClientEvent>): Command => ({
  check: () => true,
  toString: () => `record(${textsOf(events).join()})`,
  run: async (model, { store }) => {
    const outcomes = await store.record(events)
    const expected = events.map((event) => {
      const before = model.log.length
      const answer = answerOf(model, [event], 'any')
      if (/^\d/.test(answer)) return model.log.length > before ? 'Recorded' : 'Duplicate'
      return answer
    })
    assert.deepEqual(
      outcomes.map(({ _tag }) => _tag),
      expected,
    )
  },
})

const erase = (clientId: string): Command => ({
  check: () => true,
  toString: () => `erase(${clientId})`,
  run: async (model, { store }) => {
    assert.equal(await store.eraseClient(clientId), ofClient(model, clientId).length)
    model.log = model.log.filter((event) => clientIdOf(event) !== clientId)
    model.quarantined = model.quarantined.filter(({ body }) => !doesMention(body, clientId))
    model.erased.add(clientId)
  },
})

const keep = (delivery: QuarantinedDelivery): Command => ({
  check: () => true,
  toString: () => `keep(${delivery.id})`,
  run: async (model, { store }) => {
    await store.quarantine.keep(delivery)
    if (model.quarantined.some(({ id }) => id === delivery.id)) return
    model.quarantined = [...model.quarantined, delivery]
  },
})

const remove = (deliveryId: string): Command => ({
  check: () => true,
  toString: () => `remove(${deliveryId})`,
  run: async (model, { store }) => {
    const others = model.quarantined.filter(({ id }) => id !== deliveryId)
    const isThere = others.length < model.quarantined.length
    assert.equal(await store.quarantine.remove(deliveryId), isThere)
    model.quarantined = others
  },
})

const read = (clientId: string): Command => ({
  check: () => true,
  toString: () => `read(${clientId})`,
  run: async (model, { store }) => {
    assert.deepEqual(textsOf(await store.readClient(clientId)), textsOf(ofClient(model, clientId)))
    assert.deepEqual(textsOf(await collect(store.readAll())), textsOf(model.log))
    const ids = [...new Set(model.log.map(clientIdOf))].sort()
    assert.deepEqual(await store.clientIds(), ids)
    assert.deepEqual(
      await collect(store.quarantine.all()),
      model.quarantined.toSorted((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1)),
    )
  },
})

const reopen = (harness: StoreHarness): Command => ({
  check: () => true,
  toString: () => 'reopen',
  run: async (_model, real) => {
    await real.store.close()
    real.store = await harness.open()
  },
})

const clientIds = fc.constantFrom('client_1', 'client_2', 'client_3')

/**
 * Few ids and few contents, so that duplicates and conflicts are frequent. Some events lack `timestamp`, as
 * older versions of Clerk's SDK parse them.
 */
const eventOf = (clientId: string): fc.Arbitrary<ClientEvent> =>
  fc
    .tuple(
      fc.constantFrom('msg_1', 'msg_2', 'msg_3', 'msg_4', 'msg_5'),
      fc.nat({ max: 2 }),
      fc.boolean(),
    )
    .map(([id, n, isComplete]) => {
      const event = sampleEvent(n, { clientId, id: `${id}_${clientId}` })
      const { timestamp: _timestamp, ...parsed } = event
      return isComplete ? event : parsed
    })

const expectations: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom<ExpectedRevision>('any', 'no-stream', 'stream-exists'),
  fc.nat({ max: 4 }),
)

const deliveryIds = fc.constantFrom('msg_1', 'msg_2', 'msg_3')

const deliveries: fc.Arbitrary<QuarantinedDelivery> = fc
  .tuple(
    deliveryIds,
    fc.nat({ max: 2 }),
    fc.constantFrom('not JSON', ''),
    fc.constantFrom(...BODIES.map(({ body }) => body)),
  )
  .map(([id, receivedAt, reason, body]) => ({ id, receivedAt, reason, body }))

const commandsFor = (others: ReadonlyArray<Command>): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(
    [
      fc
        .tuple(
          clientIds.chain((id) => fc.array(eventOf(id), { minLength: 1, maxLength: 3 })),
          expectations,
        )
        .map(([events, expected]) => append(events, expected)),
      fc.array(clientIds.chain(eventOf), { maxLength: 4 }).map(record),
      clientIds.map(read),
      deliveries.map(keep),
      deliveryIds.map(remove),
      ...others.map((command) => fc.constant(command)),
      fc.constantFrom('client_2', 'client_3').map(erase),
    ],
    { maxCommands: 40 },
  )

const runModel = (harness: StoreHarness, others: ReadonlyArray<Command>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(commandsFor(others), async (commands) => {
      await harness.renew()
      const real = { store: await harness.open() }
      try {
        const model: Model = { log: [], quarantined: [], erased: new Set() }
        await fc.asyncModelRun(() => ({ model, real }), commands)
      } finally {
        await real.store.close()
      }
    }),
    { numRuns: 40 },
  )

/** The cases that compare a store with a plain model, after any commands. */
export const modelCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a store answers as a plain model does, whatever the calls',
    needs: 'one-handle',
    run: (harness) => runModel(harness, []),
  },
  {
    name: 'a store answers as a plain model does, whatever the calls: also when it is opened again',
    needs: 'several-handles',
    run: (harness) => runModel(harness, [reopen(harness)]),
  },
]
