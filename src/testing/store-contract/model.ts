import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { clientIdOf, type ClientEvent, type SessionEvent } from '../../events/client-event.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { EventStore, ExpectedRevision } from '../../event-store/event-store.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { collect, textsOf } from './checks.js'
import { ModelLog, type Erasable } from './model-log.js'
import { AFTER_ALL_ERASURES, sampleEvent, sampleObservation } from './sample-events.js'
import type { StoreCase, StoreHarness } from './store-case.js'

/** A store as lists: the log, and the quarantined deliveries. */
interface Model {
  readonly log: ModelLog
  quarantined: ReadonlyArray<QuarantinedDelivery>
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
        : answer.left._tag === 'Erased'
          ? `Erased ${answer.left.what}`
          : answer.left._tag
    assert.equal(actual, model.log.append(events, expected))
  },
})

const record = (events: ReadonlyArray<ClientEvent>): Command => ({
  check: () => true,
  toString: () => `record(${textsOf(events).join()})`,
  run: async (model, { store }) => {
    const outcomes = await store.record(events)
    const expected = events.map((event) => {
      const answer = model.log.append([event], 'any')
      if (/^\d/.test(answer)) return answer.endsWith(' after ') ? 'Duplicate' : 'Recorded'
      return answer.split(' ')[0]
    })
    assert.deepEqual(
      outcomes.map(({ _tag }) => _tag),
      expected,
    )
  },
})

const erase = (what: Erasable, id: string): Command => ({
  check: () => true,
  toString: () => `erase(${what} ${id})`,
  run: async (model, { store }) => {
    const { last } = await store.erasures()
    const count = await (what === 'client' ? store.eraseClient(id) : store.eraseUser(id))
    assert.equal(count, model.log.erase(what, id))
    model.quarantined = model.quarantined.filter(({ body }) => !doesMention(body, id))
    const erasures = await store.erasures(last)
    assert.equal(erasures.clients.length > 0, count > 0)
    if (what === 'client' && count > 0) assert.deepEqual(erasures.clients, [clientHashOf(id)])
  },
})

const compact = (before: number): Command => ({
  check: () => true,
  toString: () => `compact(${before})`,
  run: async (model, { store }) => {
    const { events } = await store.compact(before)
    assert.equal(events, model.log.compact(before))
  },
})

const forget = (overBefore: number): Command => ({
  check: () => true,
  toString: () => `forget(${overBefore})`,
  run: async (model, { store }) => {
    const { events } = await store.forget(overBefore)
    assert.equal(events, model.log.forget(overBefore))
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
    const read = await store.readClient(clientId)
    assert.deepEqual(textsOf(read), model.log.texts(clientId))
    assert.deepEqual(
      read.map(({ revision }) => revision),
      model.log.revisions(clientId),
    )
    assert.deepEqual(textsOf(await collect(store.readAll())), model.log.texts())
    assert.deepEqual(await store.clientIds(), model.log.clientIds())
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

/** When the first events were recorded, and when the first sessions expire. */
const RECORDED = sampleEvent(1).data.updated_at
const EXPIRED = sampleEvent(1).data.expire_at

const clientIds = fc.constantFrom('client_1', 'client_2', 'client_3')

/** The event with a session that no forgetting of this model finds over. */
const lasting = (event: SessionEvent): SessionEvent => ({
  ...event,
  data: { ...event.data, expire_at: AFTER_ALL_ERASURES, abandon_at: AFTER_ALL_ERASURES },
})

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
      fc.constantFrom('early', 'early', 'late', 'observed'),
      fc.nat({ max: 2 }),
    )
    .map(([id, n, isComplete, kind, later]) => {
      // Later ones of the same session, so that a compaction has something to drop.
      const sessionId = `sess_${n % 2}`
      const choice = { clientId, userId: `user_${n}`, id: `${id}_${clientId}`, sessionId }
      const late = { ...choice, sessionId: `sess_late_${n}`, createdAt: AFTER_ALL_ERASURES }
      const event =
        kind === 'observed'
          ? sampleObservation(
              clientId,
              [
                sampleEvent(0, { clientId, userId: 'user_0' }).data,
                lasting(sampleEvent(n, late)).data,
              ],
              choice.id,
            )
          : kind === 'late'
            ? lasting(sampleEvent(n, late))
            : sampleEvent(n, choice)
      const { timestamp: _timestamp, ...parsed } = event
      // Not the clock of the store: which events are needed can depend on it.
      const recorded = { recorded_at: RECORDED + later }
      return { ...(isComplete ? event : parsed), ...recorded }
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

const appends = fc
  .tuple(
    clientIds.chain((id) => fc.array(eventOf(id), { minLength: 1, maxLength: 3 })),
    expectations,
  )
  .map(([events, expected]) => append(events, expected))
const records = fc.array(clientIds.chain(eventOf), { maxLength: 4 }).map(record)
const compactions = fc.constantFrom(RECORDED, RECORDED + 1, AFTER_ALL_ERASURES).map(compact)
const forgettings = fc.constantFrom(EXPIRED, EXPIRED + 1).map(forget)
const userErasures = fc.constantFrom('user_0', 'user_1').map((id) => erase('user', id))
/** Every call. */
const commandsWith = (others: ReadonlyArray<Command>): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(
    [
      appends,
      records,
      clientIds.map(read),
      deliveries.map(keep),
      deliveryIds.map(remove),
      ...others.map((command) => fc.constant(command)),
      fc.constantFrom('client_2', 'client_3').map((id) => erase('client', id)),
      userErasures,
      compactions,
      forgettings,
    ],
    { maxCommands: 40 },
  )

/** Many events of few sessions, so that there is much to drop and to forget. */
const growingCommands = fc.commands(
  [
    fc.array(eventOf('client_1'), { minLength: 3, maxLength: 6 }).map(record),
    records,
    appends,
    compactions,
    forgettings,
    userErasures,
    clientIds.map(read),
  ],
  { maxCommands: 40, size: '+1' },
)

const runModel = (
  harness: StoreHarness,
  commands: fc.Arbitrary<Iterable<Command>>,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(commands, async (calls) => {
      await harness.renew()
      const real = { store: await harness.open() }
      try {
        const model: Model = { log: new ModelLog(), quarantined: [] }
        await fc.asyncModelRun(() => ({ model, real }), calls)
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
    run: (harness) => runModel(harness, commandsWith([])),
  },
  {
    name: 'a store answers as a plain model does, whatever the calls: also when it is opened again',
    needs: 'several-handles',
    run: (harness) => runModel(harness, commandsWith([reopen(harness)])),
  },
  {
    name: 'a store answers as a plain model does, whatever the calls: also when it is compacted often',
    needs: 'one-handle',
    run: (harness) => runModel(harness, growingCommands),
  },
]
