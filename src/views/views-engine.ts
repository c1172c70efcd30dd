import type { ClientStates, ExistingClient } from '../domain/state.js'
import type { Created } from '../events/order.js'
import type { Session } from '../events/session.js'
import type { SessionFilter } from '../projections/sessions.js'
import type { Position } from '../event-store/recorded-event.js'

/** A part of a list. */
export interface Bounds {
  /** The most entries; `Infinity` for all. */
  readonly limit: number
  /** How many of the newest entries to leave out. */
  readonly offset: number
}

/** What the views and the log held in one moment: answers of two moments with equal standings are equal. */
export interface Standing {
  /** Counts how often the views were rebuilt. */
  readonly build: number
  /** Counts the transactions that changed the views. */
  readonly changes: number
  /** Differs once the log says more; null if it was not read. */
  readonly marker: string | null
}

/** What an engine found, and when. */
export interface Answer<A> {
  readonly found: A
  /** Absent where the views lie in another place than the log. */
  readonly standing?: Standing
}

/** A part of a list, and the length of the whole list. */
export interface Found<A> {
  readonly data: ReadonlyArray<A>
  readonly totalCount: number
  /** How many damaged records of the log are left out. */
  readonly damaged: number
}

/** A session that was looked up. */
export interface FoundSession {
  /** Null if the views have no such session. */
  readonly session: Session | null
  /** How many damaged records of the log are left out. */
  readonly damaged: number
}

/** A damaged record of the log, which the views leave out. */
export interface Damage {
  /** Its place: two damaged records have two keys. */
  readonly key: string
  /** Null if it cannot be read. */
  readonly clientId: string | null
}

/** What was read of the log. */
export interface Batch {
  readonly states: ClientStates
  readonly damages: ReadonlyArray<Damage>
  /** Whether to join all in one transaction, however long it takes: where no other caller waits for this process. */
  readonly inOneTransaction?: boolean
  /** Whether no power cut may take back the join: where the log will not give these events again. */
  readonly isDurable?: boolean
}

/** Which sessions to find. */
export interface SessionsRequest extends SessionFilter, Bounds {
  /** The clock by which `status` is meant, in epoch milliseconds; without it, statuses as recorded. */
  readonly at: number | undefined
  /** Only what comes after this session in the list. */
  readonly after?: Created
}

/**
 * Up to where the log is joined. Everything that was committed before `position` was taken is joined.
 * While a reading is unfinished, everything up to `reached` is joined too, as it was when it was read;
 * when the reading is finished, `position` becomes `next`, which was taken before the reading began.
 */
export interface Place {
  /** Where the next reading begins; undefined for the start of the log. */
  readonly position: Position | undefined
  readonly unfinished: { readonly next: Position; readonly reached: Position } | undefined
}

/** How far the views are. */
export interface Progress extends Place {
  /** Counts how often the views were rebuilt. */
  readonly build: number
  /** Whether the views begin again, and rows of the build before are still there. */
  readonly isBeingCleared: boolean
  /** Counts the transactions that changed the views. */
  readonly changes: number
  /** The number of the last erasure of the store that the views have taken into account. */
  readonly erasures: number
  readonly clients: number
  /** A session that several clients claim counts once. */
  readonly sessions: number
  /** How many damaged records of the log are left out. */
  readonly damaged: number
}

/** How far the views are, and what the log held in the same moment. */
export type ProgressBesideLog = Progress & Standing

/** A client that lost events: its state has to be read again. */
export interface Replacement {
  readonly clientId: string
  /** What its remaining events say; undefined if no event remains. */
  readonly state: ExistingClient | undefined
}

/**
 * What one kind of views does differently from another. `createViews` adds the reading of the log. Every
 * method that changes the views does so in one transaction, which compares the progress with `from`
 * first: it answers false, and changes nothing, if the views were rebuilt or took in an erasure
 * meanwhile.
 */
export interface ViewsEngine {
  /** False if nothing is kept for later processes. Then nothing is made before the first question. */
  readonly isKept: boolean
  /** Whether there is anything that was kept: tables of views. */
  readonly exists: () => Promise<boolean>
  /** How many events are joined at a time. */
  readonly batchSize: number
  /** Creates the tables where they are missing. Called before every other method, and again after a failure. */
  readonly open: () => Promise<void>
  readonly progress: () => Promise<Progress>
  /** A text that differs between two places of views, and between two lives of one. */
  readonly identity: () => Promise<string>
  /** Both in one statement; absent where the views lie in another place than the log. */
  readonly progressBesideLog?: () => Promise<ProgressBesideLog>
  /**
   * Joins states to the rows, in several transactions if that takes long. The last one notes damages and the
   * place up to which the log was read; the place stays what it is unless one is given.
   */
  readonly join: (batch: Batch, from: Progress, place?: Place) => Promise<boolean>
  /** The ids of the clients in the views that have one of these hashes, as `clientHashOf` makes them. */
  readonly clientIdsOf: (hashes: ReadonlyArray<string>) => Promise<ReadonlyArray<string>>
  /**
   * Replaces clients that lost events, and notes the number of the last erasure. It also answers false
   * if anything else changed meanwhile: the states could lack an event that was joined since.
   */
  readonly replace: (
    clients: ReadonlyArray<Replacement>,
    from: Progress,
    erasures: number,
  ) => Promise<boolean>
  /**
   * Begins again without any client, at the start of the log, or ends a beginning that was interrupted. Nothing
   * happens if another process did so.
   */
  readonly reset: (from: Progress) => Promise<void>
  /** Clients, newest first by creation, then by id. */
  readonly clients: (bounds: Bounds) => Promise<Answer<Found<ExistingClient>>>
  /** Sessions with statuses as recorded, newest first by creation, then by id. */
  readonly sessions: (request: SessionsRequest) => Promise<Answer<Found<Session>>>
  /** A session. */
  readonly session: (sessionId: string) => Promise<Answer<FoundSession>>
  /** The ids of the sessions that several clients claim, in any order. */
  readonly contestedSessions: () => Promise<ReadonlyArray<string>>
}

/** The progress of views that hold nothing yet. */
export const NO_PROGRESS: Progress = {
  position: undefined,
  unfinished: undefined,
  build: 0,
  isBeingCleared: false,
  changes: 0,
  erasures: 0,
  clients: 0,
  sessions: 0,
  damaged: 0,
}

/** True if states that were read at `from` may be joined to views that have come to `now`. */
export const isSameBuild = (from: Progress, now: Progress): boolean =>
  from.build === now.build && from.erasures === now.erasures
