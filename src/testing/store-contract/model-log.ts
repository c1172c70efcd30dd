import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import { compact } from '../../domain/compact.js'
import { fold } from '../../domain/fold.js'
import type { Session } from '../../events/session.js'
import type { ExpectedRevision } from '../../event-store/event-store.js'
import { textsOf } from './checks.js'
import { AFTER_ALL_ERASURES } from './sample-events.js'

interface Entry {
  readonly event: ClientEvent
  readonly revision: number
}

/** Whom an erasure is about. */
export type Erasable = 'client' | 'user'

/** What a refusal is about. */
type Refused = Erasable | 'session'

/** A moment after the creation of all early sessions, and before that of all late ones. */
const ERASED_AT = AFTER_ALL_ERASURES - 1

const holds = (expected: ExpectedRevision, actual: number): boolean =>
  expected === 'any' ||
  expected === actual ||
  (expected === 'no-stream' && actual === 0) ||
  (expected === 'stream-exists' && actual > 0)

/** The events of this model differ in nothing but `data` and in whether they have a `timestamp`. */
const isSame = (left: ClientEvent, right: ClientEvent): boolean =>
  JSON.stringify(left.data) === JSON.stringify(right.data)

const withSessions = (
  event: ClientEvent & { readonly type: 'client.observed' },
  sessions: ReadonlyArray<Session>,
): ClientEvent => {
  const active = event.data.last_active_session_id
  const isThere = sessions.some(({ id }) => id === active)
  return {
    ...event,
    data: {
      ...event.data,
      session_ids: sessions.map(({ id }) => id),
      sessions,
      last_active_session_id: isThere ? active : null,
    },
  }
}

/** A log as a list, with the rules of the port written a second time, as plainly as possible. */
export class ModelLog {
  #entries: ReadonlyArray<Entry> = []
  readonly #moments = new Map<string, number>()
  readonly #horizons = new Map<string, number>()
  readonly #dropped = new Set<string | undefined>()
  readonly #forgotten = new Set<string>()

  texts(clientId?: string): ReadonlyArray<string> {
    return textsOf(this.#of(clientId).map(({ event }) => event))
  }

  revisions(clientId: string): ReadonlyArray<number> {
    return this.#of(clientId).map(({ revision }) => revision)
  }

  clientIds(): ReadonlyArray<string> {
    return [...new Set(this.#entries.map(({ event }) => clientIdOf(event)))].sort()
  }

  #of(clientId: string | undefined): ReadonlyArray<Entry> {
    return this.#entries.filter(
      ({ event }) => clientId === undefined || clientIdOf(event) === clientId,
    )
  }

  #refusal(clientId: string, userId: string | null, createdAt: number): Erasable | undefined {
    if ((this.#moments.get(`client ${clientId}`) ?? 0) > createdAt) return 'client'
    return (this.#moments.get(`user ${userId}`) ?? 0) > createdAt ? 'user' : undefined
  }

  /** What may be recorded of an event, or what was erased. */
  #allowed(event: ClientEvent): ClientEvent | Refused {
    const refusalOf = ({ id, client_id, user_id, created_at }: Session): Refused | undefined =>
      this.#refusal(client_id, user_id, created_at) ??
      (this.#forgotten.has(id) ? 'session' : undefined)
    if (event.type !== 'client.observed') return refusalOf(event.data) ?? event
    const { id, sessions, created_at: createdAt } = event.data
    if (sessions.length === 0) return this.#refusal(id, null, createdAt) ?? event
    const refusals = sessions.map(refusalOf)
    const refusal = refusals.find((each) => each !== undefined)
    if (refusal === undefined) return event
    const rest = sessions.filter((_, index) => refusals[index] === undefined)
    return rest.length === 0 ? refusal : withSessions(event, rest)
  }

  /** Appends, and gives the answer that a store must give. */
  append(events: ReadonlyArray<ClientEvent>, expected: ExpectedRevision): string {
    const [first] = events
    if (first === undefined) throw new Error('an append has events')
    const clientId = clientIdOf(first)
    const allowed: ClientEvent[] = []
    for (const event of events) {
      const rest = this.#allowed(event)
      if (typeof rest === 'string') return `Erased ${rest}`
      allowed.push(rest)
    }
    const added: ClientEvent[] = []
    const stored = this.#entries.map(({ event }) => event)
    for (const event of allowed) {
      const other = [...stored, ...added].find(({ id }) => id === event.id)
      if (other === undefined) {
        if (!this.#dropped.has(event.id)) added.push(event)
      } else if (!isSame(other, event)) return 'EventIdConflict'
    }
    const revision = this.revisions(clientId).at(-1) ?? 0
    if (added.length === 0) return `${revision} after `
    if (!holds(expected, revision)) return `RevisionConflict ${revision}`
    const base = Math.max(revision, this.#horizons.get(clientId) ?? 0)
    const entries = added.map((event, index) => ({ event, revision: base + index + 1 }))
    this.#entries = [...this.#entries, ...entries]
    return `${base + added.length} after ${textsOf(added).join()}`
  }

  /** From now on a client may have holes up to its last revision. Called before the events go. */
  #noteHoles(clientId: string): void {
    const last = this.revisions(clientId).at(-1) ?? 0
    this.#horizons.set(clientId, Math.max(last, this.#horizons.get(clientId) ?? 0))
  }

  /** Compacts before a moment, and answers how many events were dropped. */
  compact(before: number): number {
    const kept = this.clientIds().flatMap((clientId) => {
      const own = this.#of(clientId)
      const last = own.at(-1)
      let left = own
      for (let length = Infinity; left.length < length;) {
        length = left.length
        const needed = compact(
          left.map(({ event }) => event),
          before,
        )
        left = left.filter((entry) => entry === last || needed.includes(entry.event))
      }
      if (left.length < own.length) this.#noteHoles(clientId)
      return left
    })
    const dropped = this.#entries.filter((entry) => !kept.includes(entry))
    for (const { event } of dropped) this.#dropped.add(event.id)
    this.#entries = this.#entries.filter((entry) => kept.includes(entry))
    return dropped.length
  }

  /** Forgets sessions that were over before a moment, and answers how many events were deleted or changed. */
  forget(moment: number): number {
    let count = 0
    for (const clientId of this.clientIds()) {
      const own = this.#of(clientId)
      const sessions = Array.from(
        fold(own.map(({ event }) => event))
          .get(clientId)
          ?.sessions.values() ?? [],
        ({ session }) => session,
      )
      const over = sessions.filter(
        ({ expire_at, abandon_at }) => Math.min(expire_at, abandon_at) < moment,
      )
      for (const { id } of over) this.#forgotten.add(id)
      if (over.length === 0) continue
      const isGone = ({ id }: Session): boolean => this.#forgotten.has(id)
      let changes = 0
      const after = own.flatMap((entry): ReadonlyArray<Entry> => {
        const { event } = entry
        const all = event.type === 'client.observed' ? event.data.sessions : [event.data]
        const rest = all.filter((session) => !isGone(session))
        if (rest.length === all.length && over.length < sessions.length) return [entry]
        changes += 1
        if (event.type !== 'client.observed' || rest.length === 0) return []
        return [{ ...entry, event: withSessions(event, rest) }]
      })
      count += changes
      if (changes > 0) this.#noteHoles(clientId)
      this.#entries = this.#entries.flatMap((entry) =>
        own.includes(entry) ? after.filter(({ revision }) => revision === entry.revision) : [entry],
      )
    }
    return count
  }

  /** Erases, and answers how many events were deleted or changed. */
  erase(what: Erasable, id: string): number {
    const isErased = (session: Session): boolean =>
      (what === 'client' ? session.client_id : session.user_id) === id
    let [count, moment] = [0, ERASED_AT]
    const after = this.#entries.flatMap((entry): ReadonlyArray<Entry> => {
      const { event, revision } = entry
      const sessions = event.type === 'client.observed' ? event.data.sessions : [event.data]
      const gone = sessions.filter(isErased)
      const isWhole = what === 'client' && clientIdOf(event) === id
      if (gone.length === 0 && !isWhole) return [entry]
      count += 1
      moment = Math.max(moment, ...gone.map(({ created_at: createdAt }) => createdAt + 1))
      const clientId = clientIdOf(event)
      this.#noteHoles(clientId)
      const rest = sessions.filter((session) => !isErased(session))
      if (isWhole || event.type !== 'client.observed' || rest.length === 0) return []
      return [{ event: withSessions(event, rest), revision }]
    })
    this.#entries = after
    const key = `${what} ${id}`
    this.#moments.set(key, Math.max(moment, this.#moments.get(key) ?? 0))
    return count
  }
}
