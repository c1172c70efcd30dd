import { createHash, timingSafeEqual } from 'node:crypto'

const hashOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

const BEARER = /^Bearer +(\S+) *$/i

/**
 * Makes a check of the header `Authorization: Bearer …`. Hashes of one length are compared, in a time
 * that tells nothing of how much of a guess was right.
 *
 * @throws TypeError if the key is empty or has a blank: no header could ever hold it.
 */
export const secretKeyCheck = (secretKey: string): ((authorization: string | null) => boolean) => {
  if (!/^[\x21-\x7e]+$/.test(secretKey)) {
    throw new TypeError('a secret key is one word of printable ASCII')
  }
  const expected = hashOf(secretKey)
  return (authorization) => {
    const [, given] = BEARER.exec(authorization ?? '') ?? []
    return given !== undefined && timingSafeEqual(hashOf(given), expected)
  }
}
