/** One error in the form of Clerk's Backend API (https://clerk.com/docs/guides/development/errors/overview). */
export interface ApiError {
  readonly code: string
  readonly message: string
  readonly long_message: string
  /** Which parameter is meant, if one is. */
  readonly meta?: { readonly param_name: string }
}

/** What a request is answered with. */
export interface Answer {
  readonly status: number
  /** JSON text; null for no body at all. */
  readonly body: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** What became of the request, in one word for the log. */
  readonly outcome: string
}

/** An answer that is a JSON value. */
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

/** Nothing is there, or nothing that may be told. */
export const notFound = (what: string): Answer =>
  errorAnswer(404, 'not-found', {
    code: 'resource_not_found',
    message: 'not found',
    long_message: `${what} was not found.`,
  })

/** The path is there, and is not asked like that. */
export const methodNotAllowed = (allowed: string): Answer =>
  errorAnswer(
    405,
    'method-not-allowed',
    {
      code: 'method_not_allowed',
      message: 'method not allowed',
      long_message: `This path is asked by ${allowed}.`,
    },
    { allow: allowed },
  )

/** A parameter of the query is none. The value is not quoted. */
export const parameterInvalid = (parameter: string, expected: string): Answer =>
  errorAnswer(422, 'invalid-parameter', {
    code: 'form_param_value_invalid',
    message: `${parameter} is invalid`,
    long_message: `${parameter} must be ${expected}.`,
    meta: { param_name: parameter },
  })

/** The secret key is missing or another one: which of the two is not told. */
export const unauthorized = (): Answer =>
  errorAnswer(
    401,
    'unauthorized',
    {
      code: 'clerk_key_invalid',
      message: 'The provided secret key is invalid.',
      long_message: 'The secret key is missing, or is not the one that this server was given.',
    },
    { 'www-authenticate': 'Bearer' },
  )

/** The store cannot be used now: to ask again later is right. */
export const unavailable = (): Answer =>
  errorAnswer(503, 'unavailable', {
    code: 'service_unavailable',
    message: 'service unavailable',
    long_message: 'The store of events cannot be used at the moment.',
  })

/** A defect, or a damaged record: nothing that the sender of the request could mend. */
export const internalError = (): Answer =>
  errorAnswer(500, 'failed', {
    code: 'internal_error',
    message: 'internal error',
    long_message: 'The request could not be answered.',
  })
