import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { canonicalOf, type CanonicalCodec } from './canonical.js'
import { isPlainObject } from './json.js'
import { NO_PATH, stepInto, WRONG } from './path.js'

/** Marks a field that may be absent: absent stays absent. */
export interface OptionalField<A> {
  readonly optional: t.Type<A, unknown>
}

/** Marks the field of a key that may be absent. */
export const optional = <A>(codec: t.Type<A, unknown>): OptionalField<A> => ({ optional: codec })

/** One codec for each key of `A`, in the documented order; {@link optional} exactly where `A` says so. */
export type Fields<A> = {
  readonly [K in keyof A]-?: object extends Pick<A, K>
    ? OptionalField<Exclude<A[K], undefined>>
    : t.Type<A[K], unknown>
}

interface Entry {
  readonly key: string
  readonly codec: t.Type<unknown, unknown>
  readonly isCanonical: (value: unknown) => boolean
  readonly isOptional: boolean
}

type Field = t.Type<unknown, unknown> | OptionalField<unknown>

const entriesOf = <A>(fields: Fields<A>): ReadonlyArray<Entry> =>
  Object.entries(fields as Readonly<Record<string, Field>>).map(([key, field]) => {
    const isOptional = 'optional' in field
    const codec = isOptional ? field.optional : field
    return { key, codec, isCanonical: canonicalOf(codec), isOptional }
  })

/** True if the object inherits no keys: then `for … in` gives its own keys, in the fastest way. */
const isOrdinaryObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype

/** True if the object has only the entries' keys, in their order, with canonical values. */
const isCanonicalRecord = (value: unknown, entries: ReadonlyArray<Entry>): boolean => {
  if (!isOrdinaryObject(value)) return false
  let next = 0
  for (const key in value) {
    let entry = entries[next++]
    while (entry?.isOptional === true && entry.key !== key) entry = entries[next++]
    if (entry?.key !== key || !entry.isCanonical(value[key])) return false
  }
  while (entries[next]?.isOptional === true) next += 1
  return next === entries.length
}

/**
 * A codec for an object with the given keys: keeps their order, drops every other key, and keeps
 * absent optional keys absent. `type`, `partial`, `exact` and `intersection` of io-ts together mean the
 * same, but they fix no order of keys and always copy. A canonical value is not copied: an event that a
 * log has written is read back in half the time.
 */
export const record = <A extends object>(name: string, fields: Fields<A>): CanonicalCodec<A> => {
  const entries = entriesOf(fields)
  const isCanonical = (value: unknown): value is A => isCanonicalRecord(value, entries)
  const is = (value: unknown): value is A =>
    isPlainObject(value) &&
    entries.every(({ key, codec, isOptional }) => {
      const field = value[key]
      return field === undefined && isOptional ? true : codec.is(field)
    })
  const validate = (value: unknown, context: t.Context): t.Validation<A> => {
    if (isCanonical(value)) return t.success(value)
    if (!isPlainObject(value)) return t.failure(value, context)
    const output: Record<string, unknown> = {}
    const errors: t.ValidationError[] = []
    for (const { key, codec, isOptional } of entries) {
      const field = value[key]
      if (field === undefined && isOptional) continue
      const result = codec.validate(field, stepInto(context, key, codec))
      if (E.isRight(result)) output[key] = result.right
      else if (context === NO_PATH) return WRONG
      else errors.push(...result.left)
    }
    return errors.length > 0 ? t.failures(errors) : t.success(output as A)
  }
  const encode = (value: A): unknown => {
    if (isCanonical(value)) return value
    const output: Record<string, unknown> = {}
    for (const { key, codec } of entries) {
      const field = (value as Readonly<Record<string, unknown>>)[key]
      if (field !== undefined) output[key] = codec.encode(field)
    }
    return output
  }
  return Object.assign(new t.Type<A, unknown>(name, is, validate, encode), { isCanonical })
}

/**
 * Decodes without building paths while the input is valid. Only an invalid input is walked a second time,
 * with the paths that its errors need.
 */
export const decodeWith = <A>(codec: t.Type<A, unknown>, input: unknown): t.Validation<A> => {
  const quick = codec.validate(input, NO_PATH)
  return E.isRight(quick) ? quick : codec.decode(input)
}
