import type { Progress, RefusedLine } from './read-log.js'

/** Documented Clients in UTF-8: one line of JSON each, with its line feed. */
export interface ClientLines {
  readonly type: 'clients'
  /** Whole lines. They are valid until the next step: copy them to keep them. */
  readonly lines: Uint8Array
  /** How many lines. */
  readonly count: number
}

/** The end of a replay into Clients. */
export interface ClientsDone {
  readonly type: 'done'
  /** How many Clients were written. */
  readonly clients: number
  /** How many lines were events, whether or not they took part. */
  readonly events: number
  /** How many lines were refused. */
  readonly refused: number
  /** How many bytes of memory the fast engine has used; null for the plain engine. */
  readonly engineBytes: number | null
}

/** The replay takes a slower way to the same Clients. */
export interface ReplayWarning {
  readonly type: 'warning'
  /** One sentence: why, and what to do. */
  readonly message: string
}

/**
 * What a replay into Clients yields: at most one warning, refused lines and progress, then the Clients,
 * then the end.
 */
export type ClientsStep = ReplayWarning | RefusedLine | Progress | ClientLines | ClientsDone
