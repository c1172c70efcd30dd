import { isPlainObject } from '../../events/json.js'

const MOST_LINES = 5
const LONGEST_VALUE = 60

const valueText = (value: unknown): string => {
  // JSON has no text for undefined, a function or a symbol.
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing'
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

const keyed = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Where a value differs from what is stated, one line for each place. */
const linesOf = (path: string, stated: unknown, actual: unknown): ReadonlyArray<string> => {
  if (Object.is(stated, actual)) return []
  if (Array.isArray(stated) && Array.isArray(actual) && stated.length === actual.length) {
    return stated.flatMap((item: unknown, index) =>
      linesOf(`${path}[${index}]`, item, actual[index]),
    )
  }
  if (isPlainObject(stated) && isPlainObject(actual)) {
    return Object.entries(stated).flatMap(([key, value]) =>
      linesOf(keyed(path, key), value, actual[key]),
    )
  }
  if (Array.isArray(stated) && Array.isArray(actual)) {
    return [`${path}: expected ${stated.length} items, got ${actual.length}: ${valueText(actual)}`]
  }
  return [`${path}: expected ${valueText(stated)}, got ${valueText(actual)}`]
}

/** @throws Error that names the places where a value differs from what is stated. */
export const assertStated = (name: string, stated: unknown, actual: unknown): void => {
  const lines = linesOf(name, stated, actual)
  if (lines.length === 0) return
  const others = lines.length - MOST_LINES
  const shown = others > 0 ? [...lines.slice(0, MOST_LINES), `and ${others} more`] : lines
  throw new Error(shown.join('\n'))
}
