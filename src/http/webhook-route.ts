import * as E from 'fp-ts/lib/Either.js'
import { describeReceived, MAX_BODY_BYTES, statusOf, type Received } from '../webhooks/received.js'
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

/** What was not read to its end cannot be followed by another request on the same connection. */
const CLOSE = { connection: 'close' }

const answerToBody = (refusal: BodyRefusal): Answer => {
  switch (refusal) {
    case 'too-large':
      return refused(413, refusal, `The body is longer than ${MAX_BODY_BYTES} bytes.`, CLOSE)
    case 'encoded':
      return refused(415, refusal, 'The body is compressed; Clerk sends none like that.', CLOSE)
    case 'broken-off':
      return refused(400, refusal, 'The body broke off.', CLOSE)
  }
}

/** `Recorded` in the log, `refused-too-old`: words of one kind. */
const outcomeOf = (received: Received): string =>
  received._tag === 'Refused' ? `refused-${received.reason}` : received._tag.toLowerCase()

const answerTo = (received: Received): Answer => {
  const outcome = outcomeOf(received)
  if (received._tag === 'Unavailable') return unavailable()
  if (received._tag === 'Refused') {
    return refused(statusOf(received), received.reason, describeReceived(received))
  }
  return jsonAnswer(statusOf(received), outcome, { outcome })
}

/** Takes a delivery. */
export const receiveWebhook = async (request: Request, receive: Receiver): Promise<Answer> => {
  const body = await readBody(request, MAX_BODY_BYTES)
  if (E.isLeft(body)) return answerToBody(body.left)
  const headers = Object.fromEntries(
    HEADERS.map((name) => [name, request.headers.get(name) ?? undefined]),
  )
  return answerTo(await receive({ headers, body: body.right }))
}
