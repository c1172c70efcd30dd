/** Leaves out the white space between the tokens of a value that was found good. */
import { isSpace, QUOTE } from './ascii'
import { copy } from './bytes'
import { afterString } from './scan'

/** Behind the tokens that follow each other without white space. */
function afterTokens(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at)
    if (isSpace(byte)) return at
    at = byte == QUOTE ? afterString(at + 1) : at + 1
  }
  return at
}

function afterWhiteSpace(at: usize): usize {
  while (isSpace(load<u8>(at))) at += 1
  return at
}

/** How long the value is without white space. It ends in a bracket. */
export function lengthWithoutSpaces(at: usize, length: usize): usize {
  const end = at + length
  let left: usize = 0
  while (at < end) {
    const tokensEnd = afterTokens(at, end)
    left += tokensEnd - at
    at = afterWhiteSpace(tokensEnd)
  }
  return left
}

/** Writes the value without white space; returns the address behind it. */
export function writeWithoutSpaces(to: usize, at: usize, length: usize): usize {
  const end = at + length
  while (at < end) {
    const tokensEnd = afterTokens(at, end)
    copy(to, at, tokensEnd - at)
    to += tokensEnd - at
    at = afterWhiteSpace(tokensEnd)
  }
  return to
}
