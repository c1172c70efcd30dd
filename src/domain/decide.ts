import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent, SessionEventType } from '../events/client-event.js'
import { decodeEvent } from '../events/decode-event.js'
import { encodeEvent } from '../events/encode-event.js'
import type { Session, SessionStatus } from '../events/session.js'
import type { ClientError } from './client-error.js'
import type { ClientState } from './client-state.js'
import type { ClientCommand, CreateSession, MarkSessionPending } from './command.js'
import { evolve } from './evolve.js'
import type { SessionVersion } from './session-version.js'
import { isLive } from './status.js'

/** Either a refusal, or what happens; nothing happens where the state has it already. */
export type Decision = E.Either<ClientError, ReadonlyArray<ClientEvent>>

const NOTHING_TO_DO: Decision = E.right([])

const refuse = (error: ClientError): Decision => E.left(error)

/** An event that could not be read back from a log is refused before it is made. */
const emit = (type: SessionEventType, timestamp: number, data: Session): Decision => {
  const read = decodeEvent(encodeEvent({ object: 'event', type, timestamp, data }))
  if (E.isRight(read)) return E.right([read.right])
  const issues = read.left._tag === 'InvalidEvent' ? read.left.issues : []
  return refuse({ _tag: 'InvalidCommand', issues })
}

const versionOf = (state: ClientState, sessionId: string): SessionVersion | undefined =>
  state.id === null ? undefined : state.sessions.get(sessionId)

const sessionOf = (command: CreateSession): Session => ({
  object: 'session',
  id: command.sessionId,
  user_id: command.userId,
  client_id: command.clientId,
  ...(command.actor === undefined ? {} : { actor: command.actor }),
  status: command.status ?? 'active',
  ...(command.lastActiveOrganizationId === undefined
    ? {}
    : { last_active_organization_id: command.lastActiveOrganizationId }),
  last_active_at: command.at,
  ...(command.latestActivity === undefined ? {} : { latest_activity: command.latestActivity }),
  expire_at: command.expireAt,
  abandon_at: command.abandonAt,
  updated_at: command.at,
  created_at: command.at,
  ...(command.tasks === undefined ? {} : { tasks: command.tasks }),
})

const create = (command: CreateSession, state: ClientState): Decision => {
  const { sessionId, userId, at } = command
  if (state.id !== null && state.id !== command.clientId) return refuse({ _tag: 'ClientMismatch' })
  const present = versionOf(state, sessionId)?.session
  if (present === undefined) return emit('session.created', at, sessionOf(command))
  // The same command again, whatever has become of the session since.
  return present.user_id === userId && present.created_at === at
    ? NOTHING_TO_DO
    : refuse({ _tag: 'SessionAlreadyExists', sessionId })
}

/** What each command that changes a session makes of it, and of which sessions it can. */
interface Change {
  readonly event: SessionEventType
  readonly status: SessionStatus
  readonly isAllowedFrom: (status: SessionStatus) => boolean
}

const CHANGES: Readonly<Record<Exclude<ClientCommand['type'], 'CreateSession'>, Change>> = {
  MarkSessionPending: { event: 'session.pending', status: 'pending', isAllowedFrom: isLive },
  EndSession: { event: 'session.ended', status: 'ended', isAllowedFrom: isLive },
  RevokeSession: { event: 'session.revoked', status: 'revoked', isAllowedFrom: isLive },
  RemoveSession: { event: 'session.removed', status: 'removed', isAllowedFrom: () => true },
}

/** True if the command leaves the session as it is, but for the time of its update. */
const isDone = (session: Session, changed: Session): boolean =>
  session.status === changed.status &&
  JSON.stringify(session.tasks) === JSON.stringify(changed.tasks)

const change = (command: Exclude<ClientCommand, CreateSession>, state: ClientState): Decision => {
  const { sessionId, at } = command
  const { event, status, isAllowedFrom } = CHANGES[command.type]
  const present = versionOf(state, sessionId)
  if (present === undefined) return refuse({ _tag: 'SessionNotFound', sessionId })
  const { session, saidAt } = present
  const changed: Session = { ...session, ...newTasks(command), status, updated_at: at }
  const decision = emit(event, at, changed)
  if (E.isLeft(decision)) return decision
  if (isDone(session, changed)) return NOTHING_TO_DO
  if (!isAllowedFrom(session.status)) {
    return refuse({ _tag: 'SessionAlreadyOver', sessionId, status: session.status })
  }
  const changesState = decision.right.some((emitted) => evolve(state, emitted) !== state)
  if (at >= session.updated_at && changesState) return decision
  const known = Math.max(session.updated_at, saidAt)
  return refuse({ _tag: 'TimeWentBackwards', sessionId, at, known })
}

const newTasks = (
  command: Exclude<ClientCommand, CreateSession>,
): Pick<MarkSessionPending, 'tasks'> =>
  command.type === 'MarkSessionPending' && command.tasks !== undefined
    ? { tasks: command.tasks }
    : {}

/**
 * Decides on a command. What it emits is new to the state and changes it; a command whose effect is
 * there already emits nothing, so that it may be retried. It decides on recorded statuses: that a
 * session's `expire_at` has passed refuses nothing, since Clerk may have moved it without a word.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { clientIdOf, decide, foldClient, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const state = foldClient(events.filter((event) => clientIdOf(event) === 'client_ada_laptop'))
 * const command = { type: 'RevokeSession', at: 1780100000000, sessionId: 'sess_ada_1' } as const
 * const decision = decide(command, state)
 * if (decision._tag === 'Right') {
 *   decision.right.map((event) => event.type) // => ['session.revoked']
 * }
 */
export const decide = (command: ClientCommand, state: ClientState): Decision => {
  switch (command.type) {
    case 'CreateSession':
      return create(command, state)
    case 'MarkSessionPending':
    case 'EndSession':
    case 'RevokeSession':
    case 'RemoveSession':
      return change(command, state)
  }
}
