import { describeIssue, type DecodeIssue } from '../events/decode-error.js'
import type { SessionStatus } from '../events/session.js'

/** Why a command was refused. */
export type ClientError =
  /** The client has a session with this id, of another user or created at another time. */
  | { readonly _tag: 'SessionAlreadyExists'; readonly sessionId: string }
  /** The client never had a session with this id. */
  | { readonly _tag: 'SessionNotFound'; readonly sessionId: string }
  /** The session is past the stage that the command needs, and a session never steps back a stage. */
  | {
      readonly _tag: 'SessionAlreadyOver'
      readonly sessionId: string
      readonly status: SessionStatus
    }
  /** The command's time is not after what is already known about the session. */
  | {
      readonly _tag: 'TimeWentBackwards'
      readonly sessionId: string
      /** The command's time, in epoch milliseconds. */
      readonly at: number
      /** The latest time known about the session so far, in epoch milliseconds. */
      readonly known: number
    }
  /** The command is for another client than the state. */
  | { readonly _tag: 'ClientMismatch' }
  /** The command would make an event that no log could hold, such as one with an empty id. */
  | {
      readonly _tag: 'InvalidCommand'
      /** What does not fit, by its path in the event. At least one. */
      readonly issues: ReadonlyArray<DecodeIssue>
    }

/**
 * One sentence for a person, without ids.
 *
 * @example
 * import { clientAggregate, describeClientError } from 'clientfold'
 * const { decide, initialState } = clientAggregate
 * const command = { type: 'EndSession', at: 1779955200000, sessionId: 'sess_1' } as const
 * const decision = decide(command, initialState())
 * if (decision._tag === 'Left') {
 *   describeClientError(decision.left) // => 'the client has no session with this id'
 * }
 */
export const describeClientError = (error: ClientError): string => {
  switch (error._tag) {
    case 'SessionAlreadyExists':
      return 'a session with this id exists already'
    case 'SessionNotFound':
      return 'the client has no session with this id'
    case 'SessionAlreadyOver':
      return `the session is already ${error.status}`
    case 'TimeWentBackwards':
      return 'the command is not later than the last known change of the session'
    case 'ClientMismatch':
      return 'the command is for another client'
    case 'InvalidCommand':
      return `the command does not make a valid event: ${error.issues.map(describeIssue).join('; ')}`
  }
}
