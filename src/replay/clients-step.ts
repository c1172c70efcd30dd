import type { Progress, RefusedLine } from './read-log.js'

/** Documented Clients as they are written: a line of JSON each, with its line feed, in UTF-8. */
export interface ClientLines {
  readonly type: 'clients'
  /** Whole lines. Good until the next step is asked for: copy them to keep them. */
  readonly lines: Uint8Array
  /** How many lines. */
  readonly count: number
}

/** The end of a replay into Clients. */
export interface ClientsDone {
  readonly type: 'done'
  /** How many Clients were written. */
  readonly clients: number
  /** Lines that were events, whether or not they took part. */
  readonly events: number
  /** Lines that were refused. */
  readonly refused: number
  /** How many bytes the fast engine took for blocks and for what is known; null of the plain one. */
  readonly engineBytes: number | null
}

/** What a replay into Clients yields: refused lines and progress as they come, then the Clients, then the end. */
export type ClientsStep = RefusedLine | Progress | ClientLines | ClientsDone
