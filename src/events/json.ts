import * as t from 'io-ts'

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject

/** A JSON object with any keys, kept as given. */
export interface JsonObject {
  readonly [key: string]: Json
}

/**
 * How deep a kept value may nest, counting itself as the first level. Real payloads nest three
 * deep; the bound keeps every later walk (comparing, writing) from exhausting the stack.
 */
export const MAX_NESTING = 64

/** True for an object that a literal or `JSON.parse` makes, in any realm; false for arrays and class instances. */
export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return true
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** True if writing the value as JSON text and parsing it again loses nothing. A cycle counts as too deep. */
const isJson = (value: unknown, levelsLeft: number): value is Json => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object': {
      if (value === null) return true
      if (levelsLeft === 0) return false
      // An iterator visits the holes of a sparse array, which JSON text would fill with null.
      if (Array.isArray(value)) {
        for (const item of value) if (!isJson(item, levelsLeft - 1)) return false
        return true
      }
      if (!isPlainObject(value)) return false
      // Three times as fast as Object.values where keys are many.
      for (const key in value) {
        if (Object.hasOwn(value, key) && !isJson(value[key], levelsLeft - 1)) return false
      }
      return true
    }
    default:
      return false
  }
}

const jsonCodec = <A>(name: string, isShape: (value: unknown) => boolean): t.Type<A, A> => {
  const is = (value: unknown): value is A => isShape(value) && isJson(value, MAX_NESTING)
  return new t.Type<A, A, unknown>(
    name,
    is,
    (value, context) => {
      if (is(value)) return t.success(value)
      return isShape(value)
        ? t.failure(value, context, `one that is not JSON or nests over ${MAX_NESTING} levels`)
        : t.failure(value, context)
    },
    t.identity,
  )
}

/** An object, kept as given, or null. */
export const JsonObjectOrNull = jsonCodec<JsonObject | null>(
  'object or null',
  (value) => value === null || isPlainObject(value),
)

/** An array, kept as given, or null. */
export const JsonArrayOrNull = jsonCodec<ReadonlyArray<Json> | null>(
  'array or null',
  (value) => value === null || Array.isArray(value),
)

/** The kind of a value, in words that never show the value itself. */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return kindOfNumber(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return isPlainObject(value) ? 'an object' : 'a class instance'
}

const kindOfNumber = (value: number): string => {
  if (!Number.isFinite(value)) return 'a number that is not finite'
  if (!Number.isInteger(value)) return 'a fraction'
  if (!Number.isSafeInteger(value)) return 'an integer beyond 2^53'
  return value < 0 ? 'a negative integer' : 'an integer'
}
