import * as t from 'io-ts'

/**
 * Stands for "no path wanted": the first walk over an input only asks whether it is right, and stops
 * at the first thing that is not. See `decodeWith`.
 */
export const NO_PATH: t.Context = []

/** What the first walk answers of an input that is not right. */
export const WRONG = t.failures<never>([])

/** So many issues of one input are told. An input may be as wrong as it is long. */
export const MOST_ISSUES = 100

/** The path one step further in; no path stays no path. */
export const stepInto = (
  context: t.Context,
  key: string,
  codec: t.Decoder<unknown, unknown>,
): t.Context => (context === NO_PATH ? NO_PATH : t.appendContext(context, key, codec))
