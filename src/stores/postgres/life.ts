import { hash } from 'node:crypto'
import type { Position } from '../../event-store/recorded-event.js'
import type { Query } from './connection.js'

/** The life of a store that its positions carry. */
export interface Life {
  /** The position of a place (`<transaction id>/<number>`) in the life that was seen last. */
  readonly positionOf: (place: string) => Position
  /** Notes the life that a statement has read with `lifeExpression`, and returns its short name. */
  readonly note: (text: string) => string
  /** Reads the life on a connection. */
  readonly read: (query: Query) => Promise<void>
}

/**
 * A text that differs between two lives of a store, as an SQL expression. Transaction ids mean nothing
 * on another server, and a server that was promoted or restored can lack the last transactions: it
 * counts them again on a new timeline. Another database or another table is another store.
 *
 * A server in recovery has no timeline for writing. It reports the one that it replays.
 */
export const lifeExpression = (schema: string): string => `(
  select concat_ws('/', s.system_identifier,
    case when pg_is_in_recovery()
      then greatest(c.timeline_id, r.min_recovery_end_timeline)
      else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
    end,
    (select oid from pg_database where datname = current_database()),
    to_regclass('${schema}.events')::oid)
  from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r
)`

const NAME_LENGTH = 10

const POSITION = new RegExp(`^([0-9a-f]{${NAME_LENGTH}}):(\\d{1,20})/(\\d{1,19})$`)

/** The parts of a position; undefined if it is not a position of any PostgreSQL store. */
export const partsOfPosition = (
  position: Position,
): { readonly life: string; readonly xid: string; readonly number: string } | undefined => {
  const [, life, xid, number] = POSITION.exec(position) ?? []
  return life === undefined || xid === undefined || number === undefined
    ? undefined
    : { life, xid, number }
}

/** The life of the store in a schema. It has to be read before the first position is made. */
export const createLife = (schema: string): Life => {
  let current = ''
  const note = (text: string): string => (current = hash('sha256', text).slice(0, NAME_LENGTH))
  return {
    positionOf: (place) => `${current}:${place}`,
    note,
    read: async (query) => {
      const [row] = await query<{ life: string }>(`select ${lifeExpression(schema)} as life`)
      if (row === undefined) throw new Error('a life is one row')
      note(row.life)
    },
  }
}
