import * as E from 'fp-ts/lib/Either.js'
import type { BytesInFlight } from './bytes-in-flight.js'

/** Why a body was not read. */
export type BodyRefusal =
  /** It is longer than allowed. Reading stopped at the limit. */
  | 'too-large'
  /** It is compressed, so its length is unknown before it is unpacked. */
  | 'encoded'
  /** The connection ended before the body did. */
  | 'broken-off'
  /** Something read it before. */
  | 'already-read'
  /** All requests together hold as many bytes as they may. */
  | 'overload'

const isEncoded = (headers: Headers): boolean => {
  const encoding = headers.get('content-encoding')
  return encoding !== null && encoding.trim().toLowerCase() !== 'identity'
}

const joined = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}

/** How much of bodies may be held. */
export interface BodyBounds {
  /** The most bytes of one body. */
  readonly most: number
  readonly bytesInFlight: BytesInFlight
}

/**
 * Reads the body while it arrives, and stops at the first byte beyond a bound.
 *
 * @param hold - counts bytes; false if too many bytes are held already
 */
const readChunks = async (
  stream: ReadableStream<Uint8Array>,
  most: number,
  hold: (bytes: number) => boolean,
): Promise<E.Either<BodyRefusal, Uint8Array>> => {
  const reader = stream.getReader()
  const stop = (refusal: BodyRefusal): E.Either<BodyRefusal, never> => {
    // Not awaited: a sender that never ends must not delay the answer.
    void reader.cancel().catch(() => undefined)
    return E.left(refusal)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return E.right(joined(chunks, length))
    length += value.length
    if (length > most) return stop('too-large')
    if (!hold(value.length)) return stop('overload')
    chunks.push(value)
  }
}

const readBody = async (
  request: Request,
  most: number,
  hold: (bytes: number) => boolean,
): Promise<E.Either<BodyRefusal, Uint8Array>> => {
  if (isEncoded(request.headers)) return E.left('encoded')
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > most) return E.left('too-large')
  const stream = request.body
  if (stream?.locked === true) return E.left('already-read')
  try {
    const body = stream === null ? E.right(new Uint8Array()) : await readChunks(stream, most, hold)
    // A connection that ends early is an error. So something else has read what was announced.
    const isMissing = E.isRight(body) && body.right.length === 0 && announced > 0
    return isMissing ? E.left('already-read') : body
  } catch {
    return E.left('broken-off')
  }
}

/**
 * Reads the body of a request, and answers with `answer`. Its bytes count as held until the answer is
 * there. It never holds more than the bounds and one chunk.
 */
export const withBody = async <A>(
  request: Request,
  { most, bytesInFlight }: BodyBounds,
  answer: (body: E.Either<BodyRefusal, Uint8Array>) => A | Promise<A>,
): Promise<A> => {
  let held = 0
  const hold = (bytes: number): boolean => {
    if (!bytesInFlight.tryAdd(bytes)) return false
    held += bytes
    return true
  }
  try {
    return await answer(await readBody(request, most, hold))
  } finally {
    bytesInFlight.remove(held)
  }
}
