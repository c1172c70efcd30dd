import { createHash, timingSafeEqual } from 'node:crypto'

const hashOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

const BEARER = /^Bearer +(\S+) *$/i

/**
 * Creates a check of the header `Authorization: Bearer …`. It compares hashes of one length in constant
 * time, so that the time reveals nothing about how much of a guess was right.
 *
 * @throws TypeError if the key is empty or contains a space: no header can hold such a key.
 */
export const createSecretKeyCheck = (
  secretKey: string,
): ((authorization: string | null) => boolean) => {
  if (!/^[\x21-\x7e]+$/.test(secretKey)) {
    throw new TypeError('the secret key must be printable ASCII without spaces')
  }
  const expected = hashOf(secretKey)
  return (authorization) => {
    const [, key] = BEARER.exec(authorization ?? '') ?? []
    return key !== undefined && timingSafeEqual(hashOf(key), expected)
  }
}
