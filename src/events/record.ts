import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
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
  readonly isOptional: boolean
}

type Field = t.Type<unknown, unknown> | OptionalField<unknown>

const entriesOf = <A>(fields: Fields<A>): ReadonlyArray<Entry> =>
  Object.entries(fields as Readonly<Record<string, Field>>).map(([key, field]) =>
    'optional' in field
      ? { key, codec: field.optional, isOptional: true }
      : { key, codec: field, isOptional: false },
  )

/**
 * A codec for an object with the given keys: keeps their order, drops every other key, and keeps
 * absent optional keys absent. io-ts's own `type`, `partial`, `exact` and `intersection` together
 * mean the same but neither fix the order of keys nor spare the copying.
 */
export const record = <A extends object>(name: string, fields: Fields<A>): t.Type<A, unknown> => {
  const entries = entriesOf(fields)
  const is = (value: unknown): value is A =>
    isPlainObject(value) &&
    entries.every(({ key, codec, isOptional }) => {
      const field = value[key]
      return field === undefined && isOptional ? true : codec.is(field)
    })
  const validate = (value: unknown, context: t.Context): t.Validation<A> => {
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
    const output: Record<string, unknown> = {}
    for (const { key, codec } of entries) {
      const field = (value as Readonly<Record<string, unknown>>)[key]
      if (field !== undefined) output[key] = codec.encode(field)
    }
    return output
  }
  return new t.Type(name, is, validate, encode)
}

/**
 * Decodes, spending nothing on paths while the input is right: only what is not is walked a second
 * time, with the paths that its errors need.
 */
export const decodeWith = <A>(codec: t.Type<A, unknown>, input: unknown): t.Validation<A> => {
  const quick = codec.validate(input, NO_PATH)
  return E.isRight(quick) ? quick : codec.decode(input)
}
