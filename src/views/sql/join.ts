import {
  concat,
  NO_CLIENT,
  type ClientState,
  type ExistingClient,
  type SessionVersion,
} from '../../domain/state.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import { putSharedSession, type SessionVersions } from '../../projections/sessions.js'
import type { Damage } from '../views-engine.js'
import { rowKeyOf } from './row-key.js'
import {
  CLIENTS,
  clientOf,
  clientRowOf,
  DAMAGES,
  SESSIONS,
  sessionRowOf,
  versionOf,
  type Values,
} from './rows.js'
import { among, updateUnindexed, upsert } from './statements.js'

/** How many clients, sessions and damaged records came to the views. */
export interface Growth {
  readonly clients: number
  readonly sessions: number
  readonly damaged: number
}

/** A version of a session as a client has it. */
interface Claim {
  readonly version: SessionVersion
  /** What its row says; undefined if it has none. */
  readonly row: { readonly version: SessionVersion; readonly isShown: boolean } | undefined
}

/** The versions of each session, by the keys of the session and the client. */
type Claims = Map<string, Map<string, Claim>>

const claimsIn = (rows: ReadonlyArray<SqlRow>): Claims => {
  const claims: Claims = new Map()
  for (const row of rows) {
    const key = String(row.session_key)
    const ofSession = claims.get(key) ?? new Map<string, Claim>()
    const version = versionOf(String(row.version))
    const isShown = Number(row.is_shown) === 1
    const claim = { version, row: { version, isShown } }
    claims.set(key, ofSession.set(String(row.client_key), claim))
  }
  return claims
}

/** Writes the sessions whose versions are new, or that are shown from now on or no longer. */
const writeClaims = (database: SqlDatabase, claims: Claims): ReadonlyArray<SqlStatement> => {
  const rows: Values[] = []
  const unindexed: Values[] = []
  for (const ofSession of claims.values()) {
    const greatest: SessionVersions = new Map()
    for (const { version } of ofSession.values()) putSharedSession(greatest, version)
    for (const { version, row } of ofSession.values()) {
      const isShown = greatest.get(version.session.id) === version
      const present = row?.version.session
      const hasSameKeys =
        row?.isShown === isShown &&
        present?.user_id === version.session.user_id &&
        present.created_at === version.session.created_at
      if (!hasSameKeys) rows.push(sessionRowOf(version, isShown))
      else if (row.version !== version) unindexed.push(sessionRowOf(version, isShown))
    }
  }
  return [...upsert(database, SESSIONS, rows), ...updateUnindexed(database, SESSIONS, unindexed)]
}

function* readClaims(database: SqlDatabase, keys: ReadonlyArray<string>): SqlWork<Claims> {
  const rows = yield {
    text: `select session_key, client_key, is_shown, version from ${database.schema}view_sessions
      where ${among(database, 'session_key')}`,
    values: [keys],
  }
  return claimsIn(rows)
}

/** The present state of a client, as far as it concerns the sessions that are joined. */
const presentState = (
  row: SqlRow | undefined,
  state: ExistingClient,
  claims: Claims,
): ClientState => {
  if (row === undefined) return NO_CLIENT
  const clientKey = String(row.client_key)
  const sessions = new Map<string, SessionVersion>()
  for (const id of state.sessions.keys()) {
    const claim = claims.get(rowKeyOf(id))?.get(clientKey)
    if (claim !== undefined) sessions.set(id, claim.version)
  }
  return clientOf(row, sessions)
}

/** Joins states to the rows of their clients and sessions, and writes what changes. */
export function* joinStates(
  database: SqlDatabase,
  states: Iterable<ExistingClient>,
): SqlWork<Growth> {
  const batch = new Map(Array.from(states, (state) => [rowKeyOf(state.id), state]))
  if (batch.size === 0) return { clients: 0, sessions: 0, damaged: 0 }
  const sessionKeys = new Set<string>()
  for (const { sessions } of batch.values()) {
    for (const id of sessions.keys()) sessionKeys.add(rowKeyOf(id))
  }
  const clientRows = yield {
    text: `select * from ${database.schema}view_clients where ${among(database, 'client_key')}`,
    values: [[...batch.keys()]],
  }
  const rowOf = new Map(clientRows.map((row) => [String(row.client_key), row]))
  const claims = yield* readClaims(database, [...sessionKeys])
  const sessionsBefore = claims.size
  const clients: Values[] = []
  const unindexed: Values[] = []
  for (const [clientKey, state] of batch) {
    const before = presentState(rowOf.get(clientKey), state, claims)
    const after = concat(before, state)
    if (after.id === null) continue
    if (before.id === null || before.created_at !== after.created_at) {
      clients.push(clientRowOf(after))
    } else if (before.updated_at !== after.updated_at || before.observation !== after.observation) {
      unindexed.push(clientRowOf(after))
    }
    for (const [id, version] of after.sessions) {
      if (before.id !== null && before.sessions.get(id) === version) continue
      const key = rowKeyOf(id)
      const ofSession = claims.get(key) ?? new Map<string, Claim>()
      const row = ofSession.get(clientKey)?.row
      claims.set(key, ofSession.set(clientKey, { version, row }))
    }
  }
  yield* upsert(database, CLIENTS, clients)
  yield* updateUnindexed(database, CLIENTS, unindexed)
  yield* writeClaims(database, claims)
  return {
    clients: batch.size - clientRows.length,
    sessions: claims.size - sessionsBefore,
    damaged: 0,
  }
}

/** Removes clients with their sessions. A session that another client claims stays as that one says. */
export function* removeClients(
  database: SqlDatabase,
  clientIds: ReadonlyArray<string>,
): SqlWork<Growth> {
  const { schema } = database
  const keys = clientIds.map(rowKeyOf)
  const ofClients = among(database, 'client_key')
  const present = yield {
    text: `select client_key from ${schema}view_clients where ${ofClients}`,
    values: [keys],
  }
  const rows = yield {
    text: `select distinct session_key from ${schema}view_sessions where ${ofClients}`,
    values: [keys],
  }
  const damages = yield {
    text: `select record_key from ${schema}${DAMAGES.name} where ${ofClients}`,
    values: [keys],
  }
  for (const { name } of [DAMAGES, SESSIONS, CLIENTS]) {
    yield {
      text: `delete from ${schema}${name} where ${ofClients}`,
      values: [keys],
      isSilent: true,
    }
  }
  const others = yield* readClaims(
    database,
    rows.map((row) => String(row.session_key)),
  )
  yield* writeClaims(database, others)
  return {
    clients: -present.length,
    sessions: others.size - rows.length,
    damaged: -damages.length,
  }
}

/** Notes damaged records. A record that was noted before counts no more. */
export function* noteDamages(
  database: SqlDatabase,
  damages: ReadonlyArray<Damage>,
): SqlWork<Growth> {
  if (damages.length === 0) return { clients: 0, sessions: 0, damaged: 0 }
  const rows = new Map(
    damages.map(({ key, clientId }) => [
      rowKeyOf(key),
      clientId === null ? '' : rowKeyOf(clientId),
    ]),
  )
  const present = yield {
    text: `select record_key from ${database.schema}${DAMAGES.name}
      where ${among(database, 'record_key')}`,
    values: [[...rows.keys()]],
  }
  yield* upsert(database, DAMAGES, [...rows])
  return { clients: 0, sessions: 0, damaged: rows.size - present.length }
}
