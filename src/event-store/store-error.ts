/** Why a store cannot be used. */
export type UnavailableReason =
  /** There is no connection, or it broke. */
  | 'unreachable'
  /** Another process holds the store, and did not release it in time. */
  | 'busy'
  /** The password, or the rights of the role or the file, are not sufficient. */
  | 'denied'
  /** The file is not in its place any more. What is written now would be lost with it. */
  | 'moved'
  /** The disk is full, or failed. */
  | 'storage'
  /** A newer version of this package wrote the store. */
  | 'newer'
  /** The file or the schema is not an event store. */
  | 'foreign'
  /** A restore into the store has not ended. */
  | 'incomplete'
  /** There is no store, and the caller asked not to create one. */
  | 'missing'
  /** `close` was called. */
  | 'closed'

/**
 * The store cannot do its work, and only an operator can mend that. The call may or may not have taken
 * effect. The driver's error is the `cause`.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly reason: UnavailableReason

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** What is wrong with a record. It never quotes a stored value. */
export type RecordProblem =
  /** The text is not UTF-8. */
  | 'not-utf-8'
  /** The record differs from what was written. */
  | 'checksum'
  /** The text is not an event, or a kept delivery cannot be read. */
  | 'not-an-event'
  /** A column names another client than the event. */
  | 'client'
  /** A column names another id than that of the event. */
  | 'event-id'
  /** A revision of the client, or an event of the log, is missing. */
  | 'missing'
  /** A look-up leads to a wrong client, or a row of a look-up is missing. */
  | 'look-up'
  /** The database finds that a table or an index is damaged. */
  | 'structure'

const PROBLEMS: Readonly<Record<RecordProblem, string>> = {
  'not-utf-8': 'it is not UTF-8',
  checksum: 'its checksum differs from that of what was written',
  'not-an-event': 'it is not an event',
  client: 'it is stored under another client',
  'event-id': 'it is stored under another event id',
  missing: 'it is missing',
  'look-up': 'a look-up of a session or a user does not fit it',
  structure: 'the database finds a table or an index damaged',
}

/** Where a damaged record belongs, as far as that can be read. */
export interface RecordPlace {
  readonly clientId?: string | null | undefined
  readonly revision?: number | null | undefined
}

const nameOf = (position: string | null): string =>
  position === null ? 'a record' : `the record at position ${position}`

const placeText = ({ clientId, revision }: RecordPlace): string => {
  const parts = [
    ...(clientId == null ? [] : [`client ${clientId}`]),
    ...(revision == null ? [] : [`revision ${revision}`]),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** A record is damaged: the disk or another program changed it. The message names its place and no value. */
export class CorruptRecord extends Error {
  override readonly name = 'CorruptRecord'
  /** Null for a record that is missing, or that has no position. */
  readonly position: string | null
  readonly problem: RecordProblem
  /** Null if it cannot be read. */
  readonly clientId: string | null
  /** Null if it cannot be read. */
  readonly revision: number | null

  constructor(
    position: string | null,
    problem: RecordProblem = 'not-an-event',
    place: RecordPlace = {},
  ) {
    super(`${nameOf(position)} is damaged: ${PROBLEMS[problem]}${placeText(place)}`)
    this.position = position
    this.problem = problem
    this.clientId = place.clientId ?? null
    this.revision = place.revision ?? null
  }
}

/**
 * The position belongs to another store, or to another life of this store: a restore, a failover to a
 * server that lagged, or another database makes another life. Reading on from it could skip events, so
 * it is refused. Read from the start instead: the fold is a join, so events that come twice do no harm.
 */
export class ForeignPosition extends Error {
  override readonly name = 'ForeignPosition'

  constructor() {
    super(
      'the position belongs to another store or to another life of this store: read from the start',
    )
  }
}
