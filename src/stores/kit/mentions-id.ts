/** An escaped character in JSON (RFC 8259, section 7). */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_escape, unit: string | undefined, short: string | undefined) =>
    unit === undefined
      ? (SHORT_ESCAPES[short ?? ''] ?? short ?? '')
      : String.fromCharCode(Number.parseInt(unit, 16)),
  )

/** A character of an id: `client_10` does not mention `client_1`. */
const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_-]/u.test(character)

const hasWord = (text: string, id: string): boolean => {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const [before, after] = [text[at - 1], text[at + id.length]]
    const startsWithinWord = isWordCharacter(before) && isWordCharacter(id[0])
    const endsWithinWord = isWordCharacter(id.at(-1)) && isWordCharacter(after)
    if (!startsWithinWord && !endsWithinWord) return true
  }
  return false
}

/** A body as text: as it is, and with the escapes of JSON undone once and twice (JSON text within JSON text). */
function* layersOf(body: Uint8Array): Generator<string, void> {
  let text = new TextDecoder().decode(body)
  for (let layer = 0; layer < 3; layer++) {
    yield text
    text = unescaped(text)
  }
}

/**
 * Whether a quarantined body mentions an id: it holds the id as a whole word, in UTF-8,
 * plain or with any characters escaped as in JSON, once or twice (JSON text within JSON text). A body
 * need not be JSON. So it is searched as a text, and a body that mentions the id for any reason counts.
 *
 * It does not find an id that is cut off, or in another encoding: UTF-16, base64, compression,
 * percent-encoding, a hash.
 */
export const mentionsId = (body: Uint8Array, id: string): boolean => {
  if (id === '') return false
  for (const text of layersOf(body)) if (hasWord(text, id)) return true
  return false
}

/**
 * The ids that a body may mention, for a caller that knows ids only as hashes: every word and every JSON string. Of
 * an id of letters, digits, `_` and `-`, as Clerk's are, this says what {@link mentionsId} says. An id of
 * other characters is among them only where it is a whole JSON string.
 */
export const possibleIdsIn = (body: Uint8Array): ReadonlySet<string> => {
  const ids = new Set<string>()
  for (const text of layersOf(body)) {
    for (const [word] of text.matchAll(/[\p{L}\p{N}_-]+/gu)) ids.add(word)
    for (const [, string = ''] of text.matchAll(/"([^"\\]+)(?=")/g)) ids.add(string)
  }
  return ids
}
