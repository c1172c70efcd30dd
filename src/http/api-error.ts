import type { HeldBackBy } from './held-back.js'

/** One error in the form of Clerk's Backend API (https://clerk.com/docs/guides/development/errors/overview). */
export interface ApiError {
  readonly code: string
  readonly message: string
  readonly long_message: string
  /** The parameter that is wrong, if the error is about one. */
  readonly meta?: { readonly param_name: string }
}

/** The answer to a request. */
export interface Answer {
  readonly status: number
  /** JSON text, or a stream, whose content type is among the headers; null for an answer without a body. */
  readonly body: string | ReadableStream<Uint8Array> | null
  readonly headers?: Readonly<Record<string, string>>
  /** The outcome of the request, as one word for the log. */
  readonly outcome: string
  /** The error behind an answer of 500 or more, for the log: the body says nothing about it. */
  readonly error?: unknown
  /** The transaction for which followers wait, for the log. */
  readonly heldBackBy?: HeldBackBy
}

/** An answer with a JSON value. */
export const jsonAnswer = (status: number, outcome: string, value: unknown): Answer => ({
  status,
  outcome,
  body: JSON.stringify(value),
})

/** An answer in the form of Clerk's errors. */
export const errorAnswer = (
  status: number,
  outcome: string,
  error: ApiError,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ ...jsonAnswer(status, outcome, { errors: [error] }), headers })

/** No object has the id, or no path has the name. `sentence` says which, without the id. */
export const notFound = (sentence: string): Answer =>
  errorAnswer(404, 'not-found', {
    code: 'resource_not_found',
    message: 'not found',
    long_message: sentence,
  })

/** The path exists, but it does not answer this method. */
export const methodNotAllowed = (allowed: string): Answer =>
  errorAnswer(
    405,
    'method-not-allowed',
    {
      code: 'method_not_allowed',
      message: 'method not allowed',
      long_message: `This path answers ${allowed} only.`,
    },
    { allow: allowed },
  )

/** Clerk's Backend API has, or may have, this path and method. This server does not. */
export const notImplemented = (): Answer =>
  errorAnswer(501, 'not-implemented', {
    code: 'not_implemented',
    message: 'not implemented',
    long_message:
      "This server answers only GET of /v1/clients, /v1/sessions, /v1/changes and /v1/users/{user_id}/devices, and nothing was done. Send this request to Clerk's own Backend API.",
  })

const parameterError = (code: string, message: string, sentence: string, name: string): Answer =>
  errorAnswer(422, 'invalid-parameter', {
    code,
    message,
    long_message: sentence,
    meta: { param_name: name },
  })

/** The value of a parameter is invalid. The answer does not quote it. */
export const parameterInvalid = (name: string, expected: string): Answer =>
  parameterError(
    'form_param_value_invalid',
    `${name} is invalid`,
    `${name} must be ${expected}.`,
    name,
  )

/** The query has a parameter several times. */
export const parameterRepeated = (name: string): Answer =>
  parameterError(
    'form_param_value_invalid',
    `${name} is invalid`,
    `${name} is present more than once. Send it once.`,
    name,
  )

/** The path does not understand a parameter: it is misspelt, or not supported here. */
export const parameterUnknown = (name: string, understood: ReadonlyArray<string>): Answer =>
  parameterError(
    'form_param_unknown',
    'is unknown',
    `${name} is not a parameter of this path. It understands ${understood.join(', ') || 'none'}.`,
    name,
  )

/** The secret key is missing or wrong. The answer does not say which of the two. */
export const unauthorized = (): Answer =>
  errorAnswer(
    401,
    'unauthorized',
    {
      code: 'clerk_key_invalid',
      message: 'The provided secret key is invalid.',
      long_message:
        'The secret key is missing or wrong. Send the header "Authorization: Bearer" with the secret key of this server.',
    },
    { 'www-authenticate': 'Bearer' },
  )

/** The store cannot be used now; the same request can succeed later. */
export const unavailable = (error: unknown): Answer => ({
  ...errorAnswer(503, 'unavailable', {
    code: 'service_unavailable',
    message: 'service unavailable',
    long_message: 'The event store is not available now. Try again later.',
  }),
  error,
})

/** Too many questions wait already; the same request can succeed later. */
export const tooManyQuestions = (seconds: number): Answer =>
  errorAnswer(
    429,
    'too-many-questions',
    {
      code: 'too_many_requests',
      message: 'too many requests',
      long_message: `Too many lists of other moments are waiting. Ask again in ${seconds} seconds, or for one user or client.`,
    },
    { 'retry-after': String(seconds) },
  )

/** Too many streams are open already. */
export const tooManyStreams = (most: number): Answer =>
  errorAnswer(
    429,
    'too-many-streams',
    {
      code: 'too_many_requests',
      message: 'too many requests',
      long_message: `${most} streams of changes are open, which is the limit of this server. Share one stream among the readers of a process, or try again later.`,
    },
    { 'retry-after': '5' },
  )

/** The position of a reader of changes means nothing in this store. */
export const positionForeign = (): Answer =>
  errorAnswer(410, 'foreign-position', {
    code: 'position_foreign',
    message: 'the position is not of this store',
    long_message:
      'The position in Last-Event-ID or after belongs to another store, or the store was restored since. Open a stream without a position, then read all clients again with GET /v1/clients.',
  })

/** The store was compacted before a later moment than that of the question. */
export const belowHorizon = (horizon: number): Answer =>
  errorAnswer(422, 'below-horizon', {
    code: 'moment_before_horizon',
    message: 'the moment is before the horizon',
    long_message: `The events before ${new Date(horizon).toISOString()} were compacted. Ask for that moment or a later one with as_of and known_at.`,
  })

/** A defect, or a damaged record: the sender of the request cannot mend it. */
export const internalError = (error: unknown): Answer => ({
  ...errorAnswer(500, 'failed', {
    code: 'internal_error',
    message: 'internal error',
    long_message:
      'The server could not answer this request. Sending it again does not help; tell the operator of this server.',
  }),
  error,
})
