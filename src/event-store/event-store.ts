import type { Either } from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Quarantine } from './quarantine.js'
import type { Position, RecordedEvent } from './recorded-event.js'

/**
 * What the caller takes the client's revision to be: a number (0 where nothing was appended),
 * `no-stream` for a client without events, `stream-exists` for one with some, or `any`.
 */
export type ExpectedRevision = number | 'any' | 'no-stream' | 'stream-exists'

/** Somebody else appended in the meantime. */
export interface RevisionConflict {
  readonly _tag: 'RevisionConflict'
  /** The client's revision as it is. */
  readonly actual: number
}

/** An event of that id, with other content, is in the store. */
export interface EventIdConflict {
  readonly _tag: 'EventIdConflict'
}

/** What an `EventIdConflict` says to a person. */
export const EVENT_ID_CONFLICT = 'an event of that id, with other content, is in the store'

/** The client was erased, for ever. */
export interface ClientErased {
  readonly _tag: 'ClientErased'
}

/** Why nothing was appended. */
export type AppendRefusal = RevisionConflict | EventIdConflict | ClientErased

/** What became of an append. */
export interface Appended {
  /** The client's revision now. */
  readonly revision: number
  /** What was written: all events but the duplicates. */
  readonly recorded: ReadonlyArray<RecordedEvent>
}

/** What became of one of many events that were recorded. */
export type Recording =
  | { readonly _tag: 'Recorded'; readonly recorded: RecordedEvent }
  | { readonly _tag: 'Duplicate' }
  | EventIdConflict
  | ClientErased

/** From where to read on. */
export interface ReadFrom {
  /** Read what comes after this position; everything unless given. */
  readonly after?: Position | undefined
  /** Ends the reading: without an error, at the next event. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A log of events that loses nothing. Every store keeps these guarantees, each of which is a case of
 * the contract suite in `clientfold/testing`:
 *
 * Appending
 * - an append writes all of its events or none
 * - an append that was answered is there after a reopening
 * - of those who expect the same revision, one wins
 * - an expectation that does not hold is answered with the revision as it is
 *
 * Once
 * - an event id is appended once, for ever, however often it is delivered
 * - a duplicate is answered as such whatever revision is expected
 * - an event id with other content is a conflict, and nothing is written
 * - an event without an id is known by its content
 *
 * Reading
 * - a client is read in the order of its revisions, without holes
 * - everything is read in one total order, from any position
 * - a reader never skips an event that commits late
 * - what commits after the last position was asked for comes after it
 * - a follower catches up, then sees every event as it comes, and ends when it is told to
 * - what is read is what was appended, whatever it holds
 * - the clients of a user, and of a session, are found
 *
 * Erasing
 * - an erased client is gone, and all others are as they were
 * - what comes of an erased client later is refused
 *
 * Quarantine
 * - a delivery is kept byte for byte
 * - a delivery that was kept is there after a reopening
 * - a delivery is kept once, as it came first, however often it comes
 * - deliveries are read by the time at which they came, then by id
 * - a delivery is gone when it was removed
 * - an erased client takes along the deliveries that name its id
 *
 * What the caller must decide on is a value. What only an operator can mend rejects with
 * `StoreUnavailable` or `CorruptRecord`; then nothing that was asked for may be taken as done, and
 * to ask again is safe.
 */
export interface EventStore {
  /**
   * Appends one or more events of one client, which the store makes durable before it answers.
   *
   * @throws TypeError if there is no event, or one of another client: a defect of the caller.
   */
  readonly append: (
    clientId: string,
    events: ReadonlyArray<ClientEvent>,
    expected: ExpectedRevision,
  ) => Promise<Either<AppendRefusal, Appended>>

  /**
   * Records facts of any number of clients, each for itself, with one durable write for all; the
   * answers are in the order of the events.
   */
  readonly record: (events: ReadonlyArray<ClientEvent>) => Promise<ReadonlyArray<Recording>>

  /** The events of a client in the order of their revisions, from a revision on (1 unless given). */
  readonly readClient: (
    clientId: string,
    fromRevision?: number,
  ) => Promise<ReadonlyArray<RecordedEvent>>

  /** Everything that is there, in the total order. */
  readonly readAll: (from?: ReadFrom) => AsyncIterable<RecordedEvent>

  /** Everything that is there and everything that comes, in the total order, until the signal. */
  readonly follow: (from?: ReadFrom) => AsyncIterable<RecordedEvent>

  /**
   * Where everything ends now, without reading it: to follow from here on is to see what comes. Of what
   * was there before, only that is read again which could not be told yet from what commits late.
   */
  readonly lastPosition: () => Promise<Position>

  /** The ids of all clients, in ascending order by UTF-16 code units. */
  readonly clientIds: () => Promise<ReadonlyArray<string>>

  /** The ids of the clients on which a user has, or had, a session. */
  readonly clientsOfUser: (userId: string) => Promise<ReadonlyArray<string>>

  /** The ids of the clients that a session was said to be on: one, unless senders disagree. */
  readonly clientsOfSession: (sessionId: string) => Promise<ReadonlyArray<string>>

  /** Genuine deliveries that could not be recorded. */
  readonly quarantine: Quarantine

  /**
   * Takes a client out of the files, not only out of the answers; what stays is a hash of its id. Of
   * the quarantine it takes the deliveries in which the id stands as a word, in UTF-8 or escaped as
   * JSON escapes it; not those that hide it in another encoding, nor those that are kept later.
   *
   * @returns how many events were erased.
   */
  readonly erase: (clientId: string) => Promise<number>

  /** Ends the use of the store; readers and followers end too. */
  readonly close: () => Promise<void>
}
