import type { FailureEntry } from './failure.js'
import type { HeldBackBy } from './held-back.js'

/**
 * An entry of the request log. It holds no id, no value and no secret of the request. An answer of 500
 * or more has an error, and says why.
 */
export interface RequestLogEntry extends FailureEntry {
  /** When the request came, in ISO 8601. */
  readonly time: string
  /** `GET`, `POST` …, or `OTHER`. */
  readonly method: string
  /** The pattern of the path, such as `/v1/clients/{id}`, or `unmatched`: never the path itself. */
  readonly route: string
  readonly status: number
  /** The outcome, as one word: `ok`, `recorded`, `refused-too-old`, `unavailable` … */
  readonly outcome: string
  /** How long the answer took. */
  readonly milliseconds: number
  /** The transaction for which followers wait. Only `GET /healthz` looks for one. */
  readonly held_back_by?: HeldBackBy
}

/** Receives an entry for each request. */
export type RequestLog = (entry: RequestLogEntry) => void

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A sender can make up a method; the log shows only known ones. */
export const methodName = (method: string): string => (METHODS.has(method) ? method : 'OTHER')
