import { createHash, timingSafeEqual } from 'node:crypto'
import { isQuoted } from '../webhooks/quoted-secret.js'

const hashOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

const BEARER = /^Bearer +(\S+) *$/i

/**
 * Creates a check of the header `Authorization: Bearer …`. It compares hashes of one length in constant
 * time, so that the time reveals nothing about how much of a guess was right.
 *
 * @throws TypeError if the key is empty or contains a space, because no header can hold such a key, or if
 *   it is still in the quotes of an env file.
 */
export const createSecretKeyCheck = (
  secretKey: string,
): ((authorization: string | null) => boolean) => {
  if (!/^[\x21-\x7e]+$/.test(secretKey)) {
    throw new TypeError('the secret key must be printable ASCII without spaces')
  }
  if (isQuoted(secretKey)) throw new TypeError('the secret key must not be in quotes')
  const expected = hashOf(secretKey)
  return (authorization) => {
    const [, key] = BEARER.exec(authorization ?? '') ?? []
    return key !== undefined && timingSafeEqual(hashOf(key), expected)
  }
}
