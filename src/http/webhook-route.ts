import * as E from 'fp-ts/lib/Either.js'
import {
  describeOutcome,
  MAX_BODY_BYTES,
  statusOf,
  type WebhookOutcome,
} from '../webhooks/outcome.js'
import { wordOfTag } from '../webhooks/delivery-word.js'
import type { Receiver } from '../webhooks/receiver.js'
import { errorAnswer, jsonAnswer, unavailable, type Answer } from './api-error.js'
import { bodyReadBefore } from './body-before.js'
import { withBody, type BodyRefusal } from './body.js'
import { createBytesInFlight } from './bytes-in-flight.js'

/** The headers that a receiver reads. */
const HEADERS = ['svix', 'webhook'].flatMap((prefix) =>
  ['id', 'timestamp', 'signature'].map((name) => `${prefix}-${name}`),
)

const refused = (
  status: number,
  reason: string,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): Answer =>
  errorAnswer(
    status,
    `refused-${reason}`,
    { code: 'webhook_refused', message: 'webhook refused', long_message: sentence },
    headers,
  )

const asSentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`

const answerTo = (
  outcome: WebhookOutcome,
  headers: Readonly<Record<string, string>> = {},
): Answer => {
  if (outcome._tag === 'Unavailable') return unavailable(outcome.error)
  if (outcome._tag === 'Refused') {
    const sentence = asSentence(describeOutcome(outcome))
    return refused(statusOf(outcome), outcome.reason, sentence, headers)
  }
  const word = wordOfTag(outcome._tag)
  return jsonAnswer(statusOf(outcome), word, { outcome: word })
}

/** After a body that was not read to its end, the connection cannot carry another request. */
const CLOSE = { connection: 'close' }

/** Bodies come and go within milliseconds. */
const RETRY_AFTER_SECONDS = 1

const answerToBody = (refusal: BodyRefusal): Answer => {
  switch (refusal) {
    case 'too-large':
      return refused(413, refusal, `The body is longer than ${MAX_BODY_BYTES} bytes.`, CLOSE)
    case 'encoded':
      return refused(
        415,
        refusal,
        'The body is compressed. Send it uncompressed, as Clerk does.',
        CLOSE,
      )
    case 'broken-off':
      return refused(400, refusal, 'The body ended early. Send the delivery again.', CLOSE)
    case 'overload':
      return refused(
        503,
        refusal,
        'This server holds as many bodies as it may. Send the delivery again.',
        { ...CLOSE, 'retry-after': String(RETRY_AFTER_SECONDS) },
      )
    case 'already-read':
      return answerTo({ _tag: 'Refused', reason: 'body-already-read' })
  }
}

/** Creates the endpoint that receives deliveries. `bindings` is the second argument of `fetch`. */
export const createWebhookEndpoint = (
  receive: Receiver,
  maxBytesInFlight: number,
): ((request: Request, bindings: unknown) => Promise<Answer>) => {
  const bounds = { most: MAX_BODY_BYTES, bytesInFlight: createBytesInFlight(maxBytesInFlight) }
  return async (request, bindings) => {
    const headers = Object.fromEntries(
      HEADERS.map((name) => [name, request.headers.get(name) ?? undefined]),
    )
    // Every sender can send a body, so it is not read before the headers look like those of a delivery.
    const refusal = receive.refusalOfHeaders(headers)
    if (refusal !== undefined) return answerTo(refusal, CLOSE)
    const answer = async (body: Uint8Array): Promise<Answer> =>
      answerTo(await receive({ headers, body }))
    const bodyBefore = bodyReadBefore(request, bindings)
    if (bodyBefore === 'lost') return answerToBody('already-read')
    if (bodyBefore !== undefined) return answer(bodyBefore)
    return withBody(request, bounds, (body) =>
      E.isLeft(body) ? answerToBody(body.left) : answer(body.right),
    )
  }
}
