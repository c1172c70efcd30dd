import * as E from 'fp-ts/lib/Either.js'
import { errorAnswer, type Answer } from '../api-error.js'
import { bodyReadBefore } from '../body-before.js'
import { withBody } from '../body.js'
import { createBytesInFlight } from '../bytes-in-flight.js'

/** The longest id that a webhook can bring fits into it, also with every character escaped. */
const MOST_BYTES = 2_097_152

const bounds = { most: MOST_BYTES, bytesInFlight: createBytesInFlight(8 * MOST_BYTES) }

const wrongBody = (sentence: string): Answer =>
  errorAnswer(400, 'invalid-body', {
    code: 'request_body_invalid',
    message: 'request body invalid',
    long_message: sentence,
  })

const textAt = (body: Uint8Array, key: string): E.Either<Answer, string> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    const text = (Object(value) as Readonly<Record<string, unknown>>)[key]
    if (typeof text === 'string') return E.right(text)
  } catch {
    // The answer below says what to send.
  }
  return E.left(wrongBody(`Send a JSON object with a text at the key ${key}.`))
}

/**
 * Reads one text of the JSON body of a request. Only a body of type `application/json` is read, which another
 * site can not send without the consent of this server.
 */
export const readQuestionText = async (
  request: Request,
  bindings: unknown,
  key: string,
): Promise<E.Either<Answer, string>> => {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return E.left(wrongBody('Send a body of type application/json.'))
  }
  const before = bodyReadBefore(request, bindings)
  if (before === 'lost') {
    return E.left(wrongBody('A body parser ran before this handler. Mount it before the parser.'))
  }
  if (before !== undefined) return textAt(before, key)
  return withBody(request, bounds, (body) =>
    E.isLeft(body)
      ? E.left(wrongBody(`The body is not readable, or longer than ${MOST_BYTES} bytes.`))
      : textAt(body.right, key),
  )
}
