import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import type { EventStore, ExpectedRevision } from '../../event-store/event-store.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { collect, textsOf } from './checks.js'
import { sampleEvent } from './sample-events.js'
import type { StoreCase, StoreHarness } from './store-case.js'

/** A store as plain as can be: a list of what is there, of what is in quarantine, and the names of the erased. */
interface Model {
  log: ReadonlyArray<ClientEvent>
  quarantined: ReadonlyArray<QuarantinedDelivery>
  readonly erased: Set<string>
}

/** The store under test; a reopening puts another handle here. */
interface Real {
  store: EventStore
}

type Command = fc.AsyncCommand<Model, Real>

const BODIES: ReadonlyArray<readonly [string, Uint8Array]> = [
  ['client_1', Uint8Array.of(0, ...new TextEncoder().encode('"client_1"'), 255)],
  ['client_2', new TextEncoder().encode('{"client_id":"client_2"')],
  ['client_3', new TextEncoder().encode('{"client_id":"\\u0063lient_3"}')],
  ['', new TextEncoder().encode('client_11 my_client_2 client-3')],
]

/** The bodies in which a client is named. */
const naming = (clientId: string): ReadonlyArray<Uint8Array> =>
  BODIES.filter(([id]) => id === clientId).map(([, body]) => body)

/** A text that sorts as deliveries do: their ids and times are short. */
const placeOf = ({ receivedAt, id }: QuarantinedDelivery): string => `${receivedAt} ${id}`

const ofClient = ({ log }: Model, clientId: string): ReadonlyArray<ClientEvent> =>
  log.filter((event) => clientIdOf(event) === clientId)

const holds = (expected: ExpectedRevision, actual: number): boolean =>
  expected === 'any' ||
  expected === actual ||
  (expected === 'no-stream' && actual === 0) ||
  (expected === 'stream-exists' && actual > 0)

const isSame = (left: ClientEvent, right: ClientEvent): boolean =>
  textsOf([left])[0] === textsOf([right])[0]

/** What an append has to answer, worked out the long way. */
const answerOf = (
  model: Model,
  events: ReadonlyArray<ClientEvent>,
  expected: ExpectedRevision,
): string => {
  const [first] = events
  assert(first !== undefined)
  const clientId = clientIdOf(first)
  if (model.erased.has(clientId)) return 'ClientErased'
  let fresh: ReadonlyArray<ClientEvent> = []
  for (const event of events) {
    const known = [...model.log, ...fresh].find(({ id }) => id === event.id)
    if (known === undefined) fresh = [...fresh, event]
    else if (!isSame(known, event)) return 'EventIdConflict'
  }
  const revision = ofClient(model, clientId).length
  if (fresh.length > 0 && !holds(expected, revision)) return `RevisionConflict ${revision}`
  model.log = [...model.log, ...fresh]
  return `${revision + fresh.length} after ${textsOf(fresh).join()}`
}

const append = (events: ReadonlyArray<ClientEvent>, expected: ExpectedRevision): Command => ({
  check: () => true,
  toString: () => `append(${JSON.stringify(expected)}, ${textsOf(events).join()})`,
  run: async (model, { store }) => {
    const [first] = events
    assert(first !== undefined)
    const answer = await store.append(clientIdOf(first), events, expected)
    const said = E.isRight(answer)
      ? `${answer.right.revision} after ${textsOf(answer.right.recorded).join()}`
      : answer.left._tag === 'RevisionConflict'
        ? `RevisionConflict ${answer.left.actual}`
        : answer.left._tag
    assert.equal(said, answerOf(model, events, expected))
  },
})

const record = (events: ReadonlyArray<ClientEvent>): Command => ({
  check: () => true,
  toString: () => `record(${textsOf(events).join()})`,
  run: async (model, { store }) => {
    const recordings = await store.record(events)
    const expected = events.map((event) => {
      const before = model.log.length
      const answer = answerOf(model, [event], 'any')
      if (/^\d/.test(answer)) return model.log.length > before ? 'Recorded' : 'Duplicate'
      return answer
    })
    assert.deepEqual(
      recordings.map(({ _tag }) => _tag),
      expected,
    )
  },
})

const erase = (clientId: string): Command => ({
  check: () => true,
  toString: () => `erase(${clientId})`,
  run: async (model, { store }) => {
    assert.equal(await store.erase(clientId), ofClient(model, clientId).length)
    model.log = model.log.filter((event) => clientIdOf(event) !== clientId)
    model.quarantined = model.quarantined.filter(({ body }) => !naming(clientId).includes(body))
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

/** Few ids and few contents: duplicates and conflicts are the rule. */
const eventOf = (clientId: string): fc.Arbitrary<ClientEvent> =>
  fc
    .tuple(fc.constantFrom('msg_1', 'msg_2', 'msg_3', 'msg_4', 'msg_5'), fc.nat({ max: 2 }))
    .map(([id, n]) => sampleEvent(n, { clientId, id: `${id}_${clientId}` }))

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
    fc.constantFrom(...BODIES.map(([, body]) => body)),
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

/** The port as a whole: what it answers and holds after any commands is what a plain model does. */
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
