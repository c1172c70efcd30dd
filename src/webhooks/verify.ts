import { isUtf8 } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Webhook } from 'standardwebhooks'
import { readHeaders, type WebhookHeaders } from './headers.js'
import { MAX_BODY_BYTES, type RefusalReason } from './received.js'

/** A request, of which only the headers of the webhook and the bytes of the body matter. */
export interface WebhookRequest {
  readonly headers: WebhookHeaders
  /** As it came: parsed and written again, it would be another text. */
  readonly body: Uint8Array
}

/** A delivery that is genuine. */
export interface Verified {
  readonly id: string
  /** Text whose UTF-8 is the body, to the byte. */
  readonly text: string
}

/** With what is verified. */
export interface Verifying {
  readonly verifiers: ReadonlyArray<Webhook>
  /** Epoch milliseconds. */
  readonly now: number
  readonly toleranceSeconds: number
}

/**
 * Printable ASCII without a dot, which parts what is signed (the specification of Standard Webhooks
 * wants none in an id), and without a comma, which joins headers.
 */
const ID = /^[!-+\-/-~]{1,256}$/

/** One way of writing each number: the library reads what `parseInt` reads, and signs the number. */
const TIMESTAMP = /^(?:0|[1-9][0-9]{0,11})$/

/** As many as there are secrets in rotation, with some of versions to come; bounded, as all that is compared. */
const SIGNATURES =
  /^v[0-9]{1,3}[a-z]?,[A-Za-z0-9+/=]{1,512}(?: v[0-9]{1,3}[a-z]?,[A-Za-z0-9+/=]{1,512}){0,31}$/

const isSame = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))

const checkAge = (
  timestamp: number,
  { now, toleranceSeconds }: Verifying,
): RefusalReason | undefined => {
  const age = Math.floor(now / 1000) - timestamp
  if (age > toleranceSeconds) return 'too-old'
  // Not the other way round: a clock that gives no number accepts nothing.
  return age >= -toleranceSeconds ? undefined : 'too-new'
}

/**
 * Whether a request is genuine, by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, and sent
 * within the tolerance. What is signed is computed by the library; what is taken for id, timestamp,
 * signatures and body is decided here, more strictly than it does: it decodes the body as UTF-8
 * leniently (a byte 0xFF can stand for a signed U+FFFD), takes the timestamp `1716883200x` for
 * 1716883200, and reads the time from the system's clock.
 *
 * A byte order mark is part of the text, and was signed.
 */
export const verify = (
  { headers, body }: WebhookRequest,
  verifying: Verifying,
): E.Either<RefusalReason, Verified> => {
  if (body.length > MAX_BODY_BYTES) return E.left('too-large')
  const said = readHeaders(headers)
  if (said === undefined) return E.left('headers')
  const { id, timestamp, signature } = said
  if (!ID.test(id)) return E.left('id')
  if (!TIMESTAMP.test(timestamp)) return E.left('timestamp')
  if (!SIGNATURES.test(signature)) return E.left('signature')
  const age = checkAge(Number(timestamp), verifying)
  if (age !== undefined) return E.left(age)
  if (!isUtf8(body)) return E.left('body')
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  const signatures = signature.split(' ')
  const sentAt = new Date(Number(timestamp) * 1000)
  const isGenuine = verifying.verifiers
    .map((verifier) => verifier.sign(id, sentAt, text))
    .some((expected) => signatures.some((each) => isSame(each, expected)))
  return isGenuine ? E.right({ id, text }) : E.left('not-genuine')
}
