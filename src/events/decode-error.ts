import type * as t from 'io-ts'
import { EVENT_TYPES } from './client-event.js'
import { kindOf } from './json.js'
import { MOST_ISSUES } from './path.js'

/** One value that does not fit: where it stands, what was expected there, and what kind of value came. */
export interface DecodeIssue {
  /** Such as `data.sessions[3].status`; empty for the whole event. */
  readonly path: string
  readonly expected: string
  /** Never the value itself: payloads hold personal data. */
  readonly kind: string
}

/** Why a value is not an event. */
export type DecodeError =
  /** The payload is malformed. */
  | {
      readonly _tag: 'InvalidEvent'
      /** At least one, and about a hundred at most. */
      readonly issues: ReadonlyArray<DecodeIssue>
    }
  /** The payload has a type that this version does not know. It may be well-formed. */
  | { readonly _tag: 'UnknownEventType' }

/** Why a text is not an event. */
export type ParseError =
  /** The text is not JSON. */
  { readonly _tag: 'InvalidJson' } | DecodeError

const pathOf = (context: t.Context): string =>
  context.reduce((path, { key }) => {
    if (key === '') return path
    if (/^\d+$/.test(key)) return `${path}[${key}]`
    return path === '' ? key : `${path}.${key}`
  }, '')

const issueOf = ({ context, value, message }: t.ValidationError): DecodeIssue => ({
  path: pathOf(context),
  expected: context.at(-1)?.type.name ?? 'event',
  kind: message ?? kindOf(value),
})

/** The errors of io-ts, without the values that it quotes. */
export const invalidEvent = (errors: t.Errors): DecodeError => ({
  _tag: 'InvalidEvent',
  issues: errors.map(issueOf),
})

/** One line that describes one issue. */
export const describeIssue = ({ path, expected, kind }: DecodeIssue): string =>
  `${path === '' ? 'event' : path}: expected ${expected}, got ${kind}`

/**
 * One line for a person. It names path, expectation and kind, and never quotes a value.
 *
 * @example
 * import { describeParseError, parseEvent } from 'clientfold'
 * const result = parseEvent('{"type":"session.created","data":7}')
 * if (result._tag === 'Left') {
 *   describeParseError(result.left) // => 'data: expected session, got an integer'
 * }
 */
export const describeParseError = (error: ParseError): string => {
  switch (error._tag) {
    case 'InvalidJson':
      return 'not JSON'
    case 'UnknownEventType':
      return `type: expected one of ${EVENT_TYPES.join(', ')}, got another string`
    case 'InvalidEvent': {
      const [first, ...others] = error.issues
      const shown = first === undefined ? 'event: does not fit' : describeIssue(first)
      if (others.length === 0) return shown
      const more = error.issues.length < MOST_ISSUES ? 'more' : 'or more'
      return `${shown} (and ${others.length} ${more})`
    }
  }
}
