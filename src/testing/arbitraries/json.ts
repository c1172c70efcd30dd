import fc from 'fast-check'
import type { Json, JsonObject } from '../../events/json.js'

/** Texts that break careless code: quotes, control characters, lone surrogates, names of built-ins. */
const HOSTILE_TEXTS = [
  '\0',
  '\ud800',
  '\udfff\ud800',
  '"\\\n\r\u2028\u0085',
  '__proto__',
  'constructor',
  'toString',
  '\u{1f98a}',
  'e\u0301',
  '</script>',
  '1e3',
  ' ',
] as const

/**
 * Any text, often a hostile one, and not always well-formed UTF-16.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryText } from 'clientfold/testing'
 * fc.assert(fc.property(arbitraryText(), (text) => JSON.parse(JSON.stringify(text)) === text))
 */
export const arbitraryText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom(...HOSTILE_TEXTS),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
      .map((units) => String.fromCharCode(...units)),
  )

/**
 * Any value that JSON text can hold without loss.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryJson } from 'clientfold/testing'
 * const text = (value: unknown) => JSON.stringify(value)
 * fc.assert(fc.property(arbitraryJson(), (json) => text(JSON.parse(text(json))) === text(json)))
 */
export const arbitraryJson = (): fc.Arbitrary<Json> =>
  fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(null, true, false, 0, -1, 0.5, 2 ** 53 + 2, Number.MAX_VALUE),
      arbitraryText(),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: jsonObjectOf(tie('value')),
  })).value

/** Objects whose own keys may be `__proto__`, as `JSON.parse` makes them. */
const jsonObjectOf = (value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
  fc.array(fc.tuple(arbitraryText(), value), { maxLength: 3 }).map((entries) => {
    const object: Record<string, Json> = {}
    for (const [key, item] of entries) {
      Object.defineProperty(object, key, {
        value: item,
        enumerable: true,
        writable: true,
        configurable: true,
      })
    }
    return object
  })

/**
 * Any JSON object.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryJsonObject } from 'clientfold/testing'
 * fc.assert(fc.property(arbitraryJsonObject(), (object) => !Array.isArray(object)))
 */
export const arbitraryJsonObject = (): fc.Arbitrary<JsonObject> => jsonObjectOf(arbitraryJson())
