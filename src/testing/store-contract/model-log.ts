import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
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
  #allowed(event: ClientEvent): ClientEvent | Erasable {
    const refusalOf = ({ client_id, user_id, created_at }: Session): Erasable | undefined =>
      this.#refusal(client_id, user_id, created_at)
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
      if (other === undefined) added.push(event)
      else if (!isSame(other, event)) return 'EventIdConflict'
    }
    const revision = this.revisions(clientId).at(-1) ?? 0
    if (added.length === 0) return `${revision} after `
    if (!holds(expected, revision)) return `RevisionConflict ${revision}`
    const base = Math.max(revision, this.#horizons.get(clientId) ?? 0)
    const entries = added.map((event, index) => ({ event, revision: base + index + 1 }))
    this.#entries = [...this.#entries, ...entries]
    return `${base + added.length} after ${textsOf(added).join()}`
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
      this.#horizons.set(clientId, this.revisions(clientId).at(-1) ?? 0)
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
