/** What JSON writes in place of a character (RFC 8259, section 7). */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g

const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_escape, unit: string | undefined, short: string | undefined) =>
    unit === undefined
      ? (SHORT[short ?? ''] ?? short ?? '')
      : String.fromCharCode(Number.parseInt(unit, 16)),
  )

/** What ids are made of: `client_1` does not stand in `client_10`. */
const isOfWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_-]/u.test(character)

const standsIn = (text: string, id: string): boolean => {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const [before, after] = [text[at - 1], text[at + id.length]]
    if (!(isOfWord(before) && isOfWord(id[0])) && !(isOfWord(id.at(-1)) && isOfWord(after))) {
      return true
    }
  }
  return false
}

/**
 * Whether a quarantined body names a client: its id stands there as a word of its own, in UTF-8, as it
 * is or with any of its characters escaped as JSON escapes them, once or twice (JSON text within
 * JSON text). A body need not be JSON, so it is searched as a text and not by its structure: a text
 * that merely mentions the id is found too.
 *
 * Not found is an id that is cut off, or hidden by another encoding: UTF-16, base64, compression,
 * percent signs, a hash.
 */
export const namesClient = (body: Uint8Array, clientId: string): boolean => {
  if (clientId === '') return false
  let text = new TextDecoder().decode(body)
  for (let layers = 0; layers < 3; layers++) {
    if (standsIn(text, clientId)) return true
    text = unescaped(text)
  }
  return false
}
