import type { JsonObject } from '../../../src/events/json.js'
import type { Session, SessionStatus } from '../../../src/events/session.js'
import { reducerSubject, type Subject } from '../../../src/testing/index.js'

/** A session and when it was said, as a handler keeps it. */
export interface Row {
  readonly session: Session
  readonly saidAt: number
}

/** What a handler keeps of one client. */
export interface Kept {
  readonly rows: ReadonlyMap<string, Row>
  readonly created_at: number
  readonly updated_at: number
}

/** The rules of a handler, each of which can be wrong on its own. */
export interface Rules {
  /** Whether a payload is used at all. */
  readonly isUsed: (payload: JsonObject, kept: Kept) => boolean
  readonly rowOf: (payload: JsonObject) => Row
  /** Whether the second row takes the place of the first one. */
  readonly isNewer: (present: Row, next: Row) => boolean
  readonly isListed: (session: Session) => boolean
  readonly statusAt: (session: Session, at: number | undefined) => SessionStatus
  /** The sessions of which one is the last active one. */
  readonly candidates: (sessions: ReadonlyArray<Session>) => ReadonlyArray<Session>
}

const KEYS = [
  ...['object', 'id', 'user_id', 'client_id', 'actor', 'status', 'last_active_organization_id'],
  ...['last_active_at', 'latest_activity', 'expire_at', 'abandon_at', 'updated_at', 'created_at'],
  'tasks',
]

const milliseconds = (key: string, value: unknown): unknown =>
  key.endsWith('_at') && typeof value === 'number' && value < 1e11 ? value * 1000 : value

/** The session of a payload with its documented keys, times in milliseconds. */
export const documented = (payload: JsonObject, unit = milliseconds): Session => {
  const data = payload.data as JsonObject
  const kept = KEYS.filter((key) => key in data).map((key) => [key, unit(key, data[key])])
  return Object.fromEntries(kept) as Session
}

export const STAGES: Readonly<Record<SessionStatus, number>> = {
  ...{ active: 0, pending: 0, ended: 1, expired: 1, replaced: 1, abandoned: 1, revoked: 1 },
  removed: 2,
}

const SEVERITY: ReadonlyArray<SessionStatus> = [
  ...(['active', 'pending', 'ended', 'expired', 'replaced', 'abandoned'] as const),
  ...(['revoked', 'removed'] as const),
]

/** What decides between two versions of a session: the first difference. */
export const ranks = {
  stage: ({ session }: Row) => STAGES[session.status],
  updated: ({ session }: Row) => session.updated_at,
  active: ({ session }: Row) => session.last_active_at,
  said: ({ saidAt }: Row) => saidAt,
  severity: ({ session }: Row) => SEVERITY.indexOf(session.status),
  text: ({ session }: Row) => JSON.stringify(session),
} as const

/** A rule for versions: the greater one counts, by the first rank in which they differ. */
export const byRanks =
  (...order: ReadonlyArray<keyof typeof ranks>) =>
  (present: Row, next: Row): boolean => {
    for (const name of order) {
      const [left, right] = [ranks[name](present), ranks[name](next)]
      if (left !== right) return left < right
    }
    return false
  }

const isLive = ({ status }: Session): boolean => STAGES[status] === 0

/** A correct handler, written on its own. */
export const CORRECT: Rules = {
  isUsed: () => true,
  rowOf: (payload) => {
    const session = documented(payload)
    const said = payload.timestamp === undefined ? session.updated_at : Number(payload.timestamp)
    return { session, saidAt: said < 1e11 ? said * 1000 : said }
  },
  isNewer: byRanks('stage', 'updated', 'said', 'severity', 'text'),
  isListed: ({ status }) => status !== 'removed',
  statusAt: (session, at) => {
    if (at === undefined || !isLive(session)) return session.status
    if (session.expire_at <= at) return 'expired'
    return session.abandon_at <= at ? 'abandoned' : session.status
  },
  candidates: (sessions) => sessions.filter(isLive),
}

const EMPTY: Kept = { rows: new Map(), created_at: Infinity, updated_at: -Infinity }

const evolveBy =
  ({ isUsed, rowOf, isNewer }: Rules) =>
  (kept: Kept, payload: JsonObject): Kept => {
    if (!isUsed(payload, kept)) return kept
    const row = rowOf(payload)
    const { id, created_at, updated_at } = row.session
    const present = kept.rows.get(id)
    const isKept = present !== undefined && !isNewer(present, row)
    return {
      rows: isKept ? kept.rows : new Map(kept.rows).set(id, row),
      created_at: Math.min(kept.created_at, created_at),
      updated_at: Math.max(kept.updated_at, updated_at),
    }
  }

const oldestFirst = (left: Session, right: Session): number =>
  left.created_at - right.created_at || (left.id < right.id ? -1 : 1)

const clientBy =
  ({ isListed, statusAt, candidates }: Rules) =>
  ({ rows, created_at, updated_at }: Kept, at?: number): unknown => {
    const [first] = rows.values()
    if (first === undefined) return null
    const sessions = [...rows.values()]
      .map(({ session }) => ({ ...session, status: statusAt(session, at) }))
      .filter(isListed)
      .sort(oldestFirst)
    const last = [...candidates(sessions)].sort(
      (left, right) => left.last_active_at - right.last_active_at || oldestFirst(left, right),
    )
    return {
      object: 'client',
      id: first.session.client_id,
      session_ids: sessions.map(({ id }) => id),
      sessions,
      sign_in_id: null,
      sign_up_id: null,
      last_active_session_id: last.at(-1)?.id ?? null,
      last_authentication_strategy: null,
      updated_at,
      created_at,
    }
  }

/** A handler of the payloads of one client, with some rules changed. */
export const reducerOf = (changes: Partial<Rules> = {}) => {
  const rules = { ...CORRECT, ...changes }
  return { initialState: () => EMPTY, evolve: evolveBy(rules), toClient: clientBy(rules) }
}

/** A handler in memory, with some rules changed. */
export const handlerOf = (changes: Partial<Rules> = {}): Subject =>
  reducerSubject(reducerOf(changes))
