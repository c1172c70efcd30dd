import { types } from 'node:util'

/** The body of a request as it came: its bytes, or the text that a server decoded from them as UTF-8. */
export type RawBody = Uint8Array | ArrayBuffer | string

/**
 * The bytes of a raw body. Undefined for every other value, above all for the object that a JSON parser
 * made of the body: its bytes are gone, and only they can be verified.
 */
export const bytesOf = (body: unknown): Uint8Array | undefined => {
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  // Both checks also recognise values of another realm, as test runners and `node:vm` make them.
  if (types.isUint8Array(body)) return body
  return types.isAnyArrayBuffer(body) ? new Uint8Array(body) : undefined
}
