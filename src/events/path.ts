import * as t from 'io-ts'

/**
 * Means that no path is needed: the first walk over an input only checks whether it is valid, and stops
 * at the first error. See `decodeWith`.
 */
export const NO_PATH: t.Context = []

/** The result of the first walk over an invalid input. */
export const WRONG = t.failures<never>([])

/** The walk stops after this many issues: an input may be wrong in as many places as it is long. */
export const MOST_ISSUES = 100

/** The path one step further into the input; {@link NO_PATH} stays as it is. */
export const stepInto = (
  context: t.Context,
  key: string,
  codec: t.Decoder<unknown, unknown>,
): t.Context => (context === NO_PATH ? NO_PATH : t.appendContext(context, key, codec))
