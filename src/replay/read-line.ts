import { isUtf8 } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../events/client-event.js'
import { describeParseError, type ParseError } from '../events/decode-error.js'
import { parseEvent } from '../events/decode-event.js'
import { describeHint, hintOf, type SeveralObjects, type WrappedEvent } from './line-hint.js'
import { withoutMarks, type Line } from './lines.js'

/** The bytes are not UTF-8. They are refused, not repaired. */
export interface InvalidUtf8 {
  readonly _tag: 'InvalidUtf8'
}

/** The line is longer than the bound. */
export interface LineTooLong {
  readonly _tag: 'LineTooLong'
}

/** Why a line of a log is not an event. */
export type LineError = InvalidUtf8 | LineTooLong | SeveralObjects | WrappedEvent | ParseError

/**
 * Describes an error in one line, without any value of the event.
 *
 * @example
 * import { describeLineError } from 'clientfold/replay'
 * describeLineError({ _tag: 'InvalidUtf8' }) // => 'not UTF-8'
 */
export const describeLineError = (error: LineError): string => {
  switch (error._tag) {
    case 'InvalidUtf8':
      return 'not UTF-8'
    case 'LineTooLong':
      return 'longer than a line may be'
    case 'SeveralObjects':
    case 'WrappedEvent':
      return describeHint(error)
    default:
      return describeParseError(error)
  }
}

/** Reads a line that is not blank as an event. */
export const readLine = ({ bytes, part }: Line): E.Either<LineError, ClientEvent> => {
  if (part !== 'whole') return E.left({ _tag: 'LineTooLong' })
  if (!isUtf8(bytes)) return E.left({ _tag: 'InvalidUtf8' })
  const { buffer, byteOffset, byteLength } = withoutMarks(bytes)
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
  const event = parseEvent(text)
  if (E.isRight(event)) return event
  const hint = hintOf(text, event.left._tag !== 'InvalidJson')
  return hint === null ? event : E.left(hint)
}
