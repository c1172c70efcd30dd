import { isUtf8 } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Webhook } from 'standardwebhooks'
import { readHeaders, type DeliveryHeaders, type WebhookHeaders } from './headers.js'
import { MAX_BODY_BYTES, type RefusalReason } from './outcome.js'
import { bytesOf, type RawBody } from './raw-body.js'

/** The parts of a request that are verified: the headers, and the bytes of the body. */
export interface WebhookRequest {
  readonly headers: WebhookHeaders
  /** The body as it came. A body that was parsed and serialized again is another text. */
  readonly body: RawBody
}

/** A delivery whose signature is genuine. */
export interface SignedDelivery {
  readonly id: string
  readonly bytes: Uint8Array
  /** The text of the body. Its UTF-8 equals the body byte for byte. */
  readonly text: string
}

/** What a request is verified with. */
export interface VerifyOptions {
  readonly verifiers: ReadonlyArray<Webhook>
  /** Epoch milliseconds. */
  readonly now: number
  readonly toleranceSeconds: number
}

/**
 * Printable ASCII without dots and commas. A dot separates the parts of the signed text (Standard Webhooks
 * allows no dot in an id); a comma joins headers that came twice.
 */
const ID = /^[!-+\-/-~]{1,256}$/

/** Each number in one notation only: the library reads the header with `parseInt`, and signs the number. */
const TIMESTAMP = /^(?:0|[1-9][0-9]{0,11})$/

/** Signatures of several secrets and versions. Their number and length are bounded, because each is compared. */
const SIGNATURES =
  /^v[0-9]{1,3}[a-z]?,[A-Za-z0-9+/=]{1,512}(?: v[0-9]{1,3}[a-z]?,[A-Za-z0-9+/=]{1,512}){0,31}$/

const isSame = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))

const checkAge = (
  timestamp: number,
  { now, toleranceSeconds }: VerifyOptions,
): RefusalReason | undefined => {
  const age = Math.floor(now / 1000) - timestamp
  if (age > toleranceSeconds) return 'too-old'
  // Written so that a clock that gives NaN accepts nothing.
  return age >= -toleranceSeconds ? undefined : 'too-new'
}

/** Checks everything that can be checked before the body is there. */
export const verifyHeaders = (
  headers: WebhookHeaders,
  options: VerifyOptions,
): E.Either<RefusalReason, DeliveryHeaders> => {
  const deliveryHeaders = readHeaders(headers)
  if (deliveryHeaders === undefined) return E.left('headers')
  const { id, timestamp, signature } = deliveryHeaders
  if (!ID.test(id)) return E.left('id')
  if (!TIMESTAMP.test(timestamp)) return E.left('timestamp')
  if (!SIGNATURES.test(signature)) return E.left('signature')
  const age = checkAge(Number(timestamp), options)
  return age === undefined ? E.right(deliveryHeaders) : E.left(age)
}

/**
 * Checks that a request is genuine, by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, sent within
 * the tolerance. The library computes the signature. This function itself decides what counts as id,
 * timestamp, signature and body, more strictly than the library, which decodes the body as UTF-8 leniently
 * (a byte 0xFF passes for a signed U+FFFD), reads the timestamp `1716883200x` as 1716883200, and takes the
 * time from the system's clock.
 *
 * A byte order mark is part of the signed text.
 */
export const verify = (
  { headers, body }: WebhookRequest,
  options: VerifyOptions,
): E.Either<RefusalReason, SignedDelivery> => {
  const checked = verifyHeaders(headers, options)
  if (E.isLeft(checked)) return checked
  const { id, timestamp, signature } = checked.right
  const bytes = bytesOf(body)
  if (bytes === undefined) return E.left('body-already-read')
  if (bytes.length > MAX_BODY_BYTES) return E.left('too-large')
  if (!isUtf8(bytes)) return E.left('body')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const signatures = signature.split(' ')
  const sentAt = new Date(Number(timestamp) * 1000)
  const isGenuine = options.verifiers
    .map((verifier) => verifier.sign(id, sentAt, text))
    .some((expected) => signatures.some((each) => isSame(each, expected)))
  return isGenuine ? E.right({ id, bytes, text }) : E.left('not-genuine')
}
