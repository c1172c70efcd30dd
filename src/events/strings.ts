import * as t from 'io-ts'

/** A string with at least one character. */
export const NonEmptyString: t.Type<string, string> = new t.Type(
  'non-empty string',
  (value): value is string => typeof value === 'string' && value !== '',
  (value, context) =>
    typeof value === 'string' && value !== '' ? t.success(value) : t.failure(value, context),
  t.identity,
)

/** A string, which may be empty, or null. */
export const StringOrNull: t.Type<string | null, string | null> = new t.Type(
  'string or null',
  (value): value is string | null => typeof value === 'string' || value === null,
  (value, context) =>
    typeof value === 'string' || value === null ? t.success(value) : t.failure(value, context),
  t.identity,
)

/** One string out of a closed list. */
export const oneOf = <A extends string>(...choices: ReadonlyArray<A>): t.Type<A, A> => {
  const values: ReadonlySet<unknown> = new Set(choices)
  const is = (value: unknown): value is A => values.has(value)
  const name = choices.map((choice) => JSON.stringify(choice)).join(' | ')
  return new t.Type(
    name,
    is,
    (value, context) =>
      is(value)
        ? t.success(value)
        : typeof value === 'string' && value !== ''
          ? t.failure(value, context, 'another string')
          : t.failure(value, context),
    t.identity,
  )
}
