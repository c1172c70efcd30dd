/** What is told of a request: nothing that it carried. */
export interface RequestLogEntry {
  /** When it came, in ISO 8601. */
  readonly time: string
  /** `GET`, `POST` …, or `OTHER`. */
  readonly method: string
  /** The pattern of the path, such as `/v1/clients/{id}`, or `unmatched`: never the path itself. */
  readonly route: string
  readonly status: number
  /** What became of it, in one word: `ok`, `recorded`, `refused-too-old`, `unavailable` … */
  readonly outcome: string
  /** How long it took to find the answer. */
  readonly milliseconds: number
}

/** Takes what is told of a request. */
export type RequestLog = (entry: RequestLogEntry) => void

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A method may be any word, also one that somebody made up to be logged. */
export const methodName = (method: string): string => (METHODS.has(method) ? method : 'OTHER')
