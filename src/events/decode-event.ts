import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import {
  ClientObservedCodec,
  SESSION_EVENT_TYPES,
  SessionEventCodec,
  type ClientEvent,
} from './client-event.js'
import { invalidEvent, type DecodeError, type ParseError } from './decode-error.js'
import { isPlainObject } from './json.js'
import { decodeWith } from './record.js'

const sessionEventTypes: ReadonlySet<unknown> = new Set(SESSION_EVENT_TYPES)

const codecFor = (type: unknown): t.Type<ClientEvent, unknown> | undefined => {
  if (type === 'client.observed') return ClientObservedCodec as t.Type<ClientEvent, unknown>
  if (sessionEventTypes.has(type)) return SessionEventCodec as t.Type<ClientEvent, unknown>
  return undefined
}

/**
 * Reads a payload, as `JSON.parse` gives it, as an event. What does not fit is refused whole and
 * never repaired; keys that are not ours (`user` above all) are dropped. It never throws. Kept
 * objects are shared with the input, not copied.
 *
 * @example
 * import { decodeEvent } from 'clientfold'
 * decodeEvent({ type: 'user.created', data: {} })
 * // => { _tag: 'Left', left: { _tag: 'UnknownEventType' } }
 */
export const decodeEvent = (input: unknown): E.Either<DecodeError, ClientEvent> => {
  const type = isPlainObject(input) ? input.type : undefined
  const codec = codecFor(type)
  if (codec === undefined && typeof type === 'string') return E.left({ _tag: 'UnknownEventType' })
  const decoded = decodeWith<ClientEvent>(codec ?? anySessionEvent, input)
  return E.isRight(decoded) ? decoded : E.left(invalidEvent(decoded.left))
}

/** Says what an event without a type lacks. */
const anySessionEvent = SessionEventCodec as t.Type<ClientEvent, unknown>

/**
 * Reads a JSON text as an event. Where a key stands twice in an object, the last one counts.
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
    // The engine's message quotes the text, which may hold personal data: it goes no further.
    return E.left({ _tag: 'InvalidJson' })
  }
  return decodeEvent(value)
}
