import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { ClientObservedCodec, SessionEventCodec } from './client-event-codec.js'
import { SESSION_EVENT_TYPES, type ClientEvent } from './client-event.js'
import { invalidEvent, type DecodeError, type ParseError } from './decode-error.js'
import { isPlainObject, kindOf } from './json.js'
import { decodeWith } from './record.js'

const sessionEventTypes: ReadonlySet<unknown> = new Set(SESSION_EVENT_TYPES)

const codecFor = (type: string): t.Type<ClientEvent, unknown> | undefined => {
  if (type === 'client.observed') return ClientObservedCodec as t.Type<ClientEvent, unknown>
  if (sessionEventTypes.has(type)) return SessionEventCodec as t.Type<ClientEvent, unknown>
  return undefined
}

const refuse = (path: string, expected: string, value: unknown): E.Either<DecodeError, never> =>
  E.left({ _tag: 'InvalidEvent', issues: [{ path, expected, kind: kindOf(value) }] })

/**
 * Decodes a payload, as `JSON.parse` gives it. A payload that does not fit is refused whole and never
 * repaired. Keys that are not documented for an event (`user` above all) are dropped. The function never
 * throws. Values that are kept as given are shared with the input: do not change the input afterwards.
 *
 * @example
 * import { decodeEvent } from 'clientfold'
 * decodeEvent({ type: 'user.created', data: {} })
 * // => { _tag: 'Left', left: { _tag: 'UnknownEventType' } }
 */
export const decodeEvent = (input: unknown): E.Either<DecodeError, ClientEvent> => {
  if (!isPlainObject(input)) return refuse('', 'object', input)
  if (typeof input.type !== 'string') return refuse('type', 'string', input.type)
  const codec = codecFor(input.type)
  if (codec === undefined) return E.left({ _tag: 'UnknownEventType' })
  const decoded = decodeWith(codec, input)
  return E.isRight(decoded) ? decoded : E.left(invalidEvent(decoded.left))
}

/**
 * Decodes a JSON text. If an object has a key twice, the last one counts.
 *
 * @example
 * import { parseEvent } from 'clientfold'
 * parseEvent('{"type":') // => { _tag: 'Left', left: { _tag: 'InvalidJson' } }
 */
export const parseEvent = (text: string): E.Either<ParseError, ClientEvent> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message of this error quotes the text, which may hold personal data.
    return E.left({ _tag: 'InvalidJson' })
  }
  return decodeEvent(value)
}
