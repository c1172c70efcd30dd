import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import type fc from 'fast-check'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { EventStore, ExpectedRevision } from '../../event-store/event-store.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { collect, textsOf } from './checks.js'
import type { ModelLog } from './model-log.js'
import { type Erasable } from './model-log.js'
import type { StoreHarness } from './store-case.js'

/** A store as lists: the log, the quarantined deliveries, and the times of scheduled erasures. */
export interface Model {
  readonly log: ModelLog
  quarantined: ReadonlyArray<QuarantinedDelivery>
  /** By user; null for an erasure that was called off. */
  readonly dueTimes: Map<string, number | null>
}

/** The store under test. The command `reopen` replaces it by another handle. */
interface Real {
  store: EventStore
}

export type Command = fc.AsyncCommand<Model, Real>

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Bodies of deliveries, with the client that each of them mentions. */
export const BODIES: ReadonlyArray<{ readonly mentioned?: string; readonly body: Uint8Array }> = [
  { mentioned: 'client_1', body: Uint8Array.of(0, ...bytesOf('"client_1"'), 255) },
  { mentioned: 'client_2', body: bytesOf('{"client_id":"client_2"') },
  { mentioned: 'client_3', body: bytesOf('{"client_id":"\\u0063lient_3"}') },
  { body: bytesOf('client_11 my_client_2 client-3') },
]

const doesMention = (searched: Uint8Array, clientId: string): boolean =>
  BODIES.some(({ mentioned, body }) => mentioned === clientId && body === searched)

/** A text that sorts like the delivery. Ids and times in this model have one length. */
const placeOf = ({ receivedAt, id }: QuarantinedDelivery): string => `${receivedAt} ${id}`

export const append = (
  events: ReadonlyArray<ClientEvent>,
  expected: ExpectedRevision,
): Command => ({
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

export const record = (events: ReadonlyArray<ClientEvent>): Command => ({
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

export const erase = (what: Erasable, id: string): Command => ({
  check: () => true,
  toString: () => `erase(${what} ${id})`,
  run: async (model, { store }) => {
    const { last } = await store.erasures()
    const count = await (what === 'client' ? store.eraseClient(id) : store.eraseUser(id))
    assert.equal(count, model.log.erase(what, id))
    model.quarantined = model.quarantined.filter(({ body }) => !doesMention(body, id))
    if (what === 'user') model.dueTimes.delete(id)
    const erasures = await store.erasures(last)
    assert.equal(erasures.clients.length > 0, count > 0)
    if (what === 'client' && count > 0) assert.deepEqual(erasures.clients, [clientHashOf(id)])
  },
})

export const compact = (before: number): Command => ({
  check: () => true,
  toString: () => `compact(${before})`,
  run: async (model, { store }) => {
    const { events } = await store.compact(before)
    assert.equal(events, model.log.compact(before))
  },
})

export const forget = (overBefore: number): Command => ({
  check: () => true,
  toString: () => `forget(${overBefore})`,
  run: async (model, { store }) => {
    const { events } = await store.forget(overBefore)
    assert.equal(events, model.log.forget(overBefore))
  },
})

export const keep = (delivery: QuarantinedDelivery): Command => ({
  check: () => true,
  toString: () => `keep(${delivery.id})`,
  run: async (model, { store }) => {
    await store.quarantine.keep(delivery)
    if (model.quarantined.some(({ id }) => id === delivery.id)) return
    model.quarantined = [...model.quarantined, delivery]
  },
})

export const remove = (deliveryId: string): Command => ({
  check: () => true,
  toString: () => `remove(${deliveryId})`,
  run: async (model, { store }) => {
    const others = model.quarantined.filter(({ id }) => id !== deliveryId)
    const isThere = others.length < model.quarantined.length
    assert.equal(await store.quarantine.remove(deliveryId), isThere)
    model.quarantined = others
  },
})

export const schedule = (userId: string, dueAt: number): Command => ({
  check: () => true,
  toString: () => `schedule(${userId}, ${dueAt})`,
  run: async (model, { store }) => {
    const before = model.dueTimes.get(userId)
    const after = before === null ? null : Math.min(before ?? dueAt, dueAt)
    model.dueTimes.set(userId, after)
    assert.equal(await store.pendingErasures.schedule(userId, dueAt), after)
  },
})

export const callOff = (userId: string): Command => ({
  check: () => true,
  toString: () => `callOff(${userId})`,
  run: async (model, { store }) => {
    const isScheduled = (model.dueTimes.get(userId) ?? null) !== null
    if (isScheduled) model.dueTimes.set(userId, null)
    assert.equal(await store.pendingErasures.callOff(userId), isScheduled)
  },
})

export const read = (clientId: string): Command => ({
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
    assert.deepEqual(
      new Map(
        (await collect(store.pendingErasures.all())).map(({ userId, dueAt }) => [userId, dueAt]),
      ),
      new Map([...model.dueTimes].filter(([, dueAt]) => dueAt !== null)),
    )
  },
})

export const reopen = (harness: StoreHarness): Command => ({
  check: () => true,
  toString: () => 'reopen',
  run: async (_model, real) => {
    await real.store.close()
    real.store = await harness.open()
  },
})
