import * as E from 'fp-ts/lib/Either.js'
import {
  describeOutcome,
  MAX_BODY_BYTES,
  statusOf,
  type WebhookOutcome,
} from '../webhooks/outcome.js'
import type { Receiver } from '../webhooks/receiver.js'
import { errorAnswer, jsonAnswer, unavailable, type Answer } from './api-error.js'
import { readBody, type BodyRefusal } from './body.js'

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

/** After a body that was not read to its end, the connection cannot carry another request. */
const CLOSE = { connection: 'close' }

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
  }
}

const asSentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`

const answerTo = (outcome: WebhookOutcome): Answer => {
  if (outcome._tag === 'Unavailable') return unavailable(outcome.error)
  if (outcome._tag === 'Refused') {
    return refused(statusOf(outcome), outcome.reason, asSentence(describeOutcome(outcome)))
  }
  const word = outcome._tag.toLowerCase()
  return jsonAnswer(statusOf(outcome), word, { outcome: word })
}

/** Receives a delivery. */
export const receiveWebhook = async (request: Request, receive: Receiver): Promise<Answer> => {
  const body = await readBody(request, MAX_BODY_BYTES)
  if (E.isLeft(body)) return answerToBody(body.left)
  const headers = Object.fromEntries(
    HEADERS.map((name) => [name, request.headers.get(name) ?? undefined]),
  )
  return answerTo(await receive({ headers, body: body.right }))
}
