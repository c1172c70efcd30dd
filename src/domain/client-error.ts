import { describeIssue, type DecodeIssue } from '../events/decode-error.js'
import type { SessionStatus } from '../events/session.js'

/** The id is taken by a session that another command, or Clerk, has made. */
export interface SessionAlreadyExists {
  readonly _tag: 'SessionAlreadyExists'
  readonly sessionId: string
}

/** The client never had a session of that id. */
export interface SessionNotFound {
  readonly _tag: 'SessionNotFound'
  readonly sessionId: string
}

/** The session is past the stage that the command needs, and stages are never stepped back. */
export interface SessionAlreadyOver {
  readonly _tag: 'SessionAlreadyOver'
  readonly sessionId: string
  readonly status: SessionStatus
}

/** The command's time is not after what is already known of the session. */
export interface TimeWentBackwards {
  readonly _tag: 'TimeWentBackwards'
  readonly sessionId: string
  /** The command's time, in epoch milliseconds. */
  readonly at: number
  /** The latest time said of the session so far, in epoch milliseconds. */
  readonly known: number
}

/** The command is for another client than the state. */
export interface ClientMismatch {
  readonly _tag: 'ClientMismatch'
}

/** The command would make an event that no log could hold, such as one with an empty id. */
export interface InvalidCommand {
  readonly _tag: 'InvalidCommand'
  /** What does not fit, by its path in the event. At least one. */
  readonly issues: ReadonlyArray<DecodeIssue>
}

/** Why a command was refused. */
export type ClientError =
  | SessionAlreadyExists
  | SessionNotFound
  | SessionAlreadyOver
  | TimeWentBackwards
  | ClientMismatch
  | InvalidCommand

/**
 * One sentence for a person, without ids.
 *
 * @example
 * import { clientAggregate, decide, describeClientError } from 'clientfold'
 * const command = { type: 'EndSession', at: 1779955200000, sessionId: 'sess_1' } as const
 * const decision = decide(command, clientAggregate.initialState())
 * if (decision._tag === 'Left') {
 *   describeClientError(decision.left) // => 'the client has no session of that id'
 * }
 */
export const describeClientError = (error: ClientError): string => {
  switch (error._tag) {
    case 'SessionAlreadyExists':
      return 'a session of that id exists already'
    case 'SessionNotFound':
      return 'the client has no session of that id'
    case 'SessionAlreadyOver':
      return `the session is ${error.status} already`
    case 'TimeWentBackwards':
      return 'the command is not later than what is known of the session'
    case 'ClientMismatch':
      return 'the command is for another client'
    case 'InvalidCommand':
      return `the command does not make a valid event: ${error.issues.map(describeIssue).join('; ')}`
  }
}
