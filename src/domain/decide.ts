import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent, SessionEventType } from '../events/client-event.js'
import { decodeEvent } from '../events/decode-event.js'
import { encodeEvent } from '../events/encode-event.js'
import type { Session, SessionStatus } from '../events/session.js'
import type { ClientError } from './client-error.js'
import type { ClientCommand } from './command.js'
import { evolve } from './fold.js'
import type { ClientState, SessionVersion } from './state.js'
import { isLive } from './status.js'

type CommandType = ClientCommand['type']
type CommandOf<T extends CommandType> = Extract<ClientCommand, { readonly type: T }>
type CreateSession = CommandOf<'CreateSession'>
type ChangeSession = CommandOf<Exclude<CommandType, 'CreateSession'>>

/** Either a refusal, or the events that follow: no events if the state has the effect already. */
export type Decision = E.Either<ClientError, ReadonlyArray<ClientEvent>>

const NOTHING_TO_DO: Decision = E.right([])

const refuse = (error: ClientError): Decision => E.left(error)

/** Makes one event, and refuses one that could not be read back from a log. */
const emit = (type: SessionEventType, timestamp: number, data: Session): Decision => {
  const event = decodeEvent(encodeEvent({ object: 'event', type, timestamp, data }))
  if (E.isRight(event)) return E.right([event.right])
  const issues = event.left._tag === 'InvalidEvent' ? event.left.issues : []
  return refuse({ _tag: 'InvalidCommand', issues })
}

const versionOf = (state: ClientState, sessionId: string): SessionVersion | undefined =>
  state.id === null ? undefined : state.sessions.get(sessionId)

/** A session whose optional keys may be undefined. */
type LooseSession = {
  readonly [K in keyof Session]: object extends Pick<Session, K>
    ? Session[K] | undefined
    : Session[K]
}

/** The session without the keys that are undefined, the others in their order. */
const withoutUndefined = (session: LooseSession): Session =>
  Object.fromEntries(
    Object.entries(session).filter(([, value]) => value !== undefined),
  ) as unknown as Session

const createdSession = (command: CreateSession): Session =>
  withoutUndefined({
    object: 'session',
    id: command.sessionId,
    user_id: command.userId,
    client_id: command.clientId,
    actor: command.actor,
    status: command.status ?? 'active',
    last_active_organization_id: command.lastActiveOrganizationId,
    last_active_at: command.at,
    latest_activity: command.latestActivity,
    expire_at: command.expireAt,
    abandon_at: command.abandonAt,
    updated_at: command.at,
    created_at: command.at,
    tasks: command.tasks,
  })

const create = (command: CreateSession, state: ClientState): Decision => {
  const { sessionId, userId, at } = command
  if (state.id !== null && state.id !== command.clientId) return refuse({ _tag: 'ClientMismatch' })
  const present = versionOf(state, sessionId)?.session
  if (present === undefined) return emit('session.created', at, createdSession(command))
  // The same command again, whatever happened to the session since.
  return present.user_id === userId && present.created_at === at
    ? NOTHING_TO_DO
    : refuse({ _tag: 'SessionAlreadyExists', sessionId })
}

/** What a command does to a session, and in which statuses the session may be. */
interface Change {
  readonly event: SessionEventType
  readonly status: SessionStatus
  readonly isAllowedFrom: (status: SessionStatus) => boolean
}

const CHANGES: Readonly<Record<ChangeSession['type'], Change>> = {
  ActivateSession: { event: 'session.created', status: 'active', isAllowedFrom: isLive },
  MarkSessionPending: { event: 'session.pending', status: 'pending', isAllowedFrom: isLive },
  EndSession: { event: 'session.ended', status: 'ended', isAllowedFrom: isLive },
  RevokeSession: { event: 'session.revoked', status: 'revoked', isAllowedFrom: isLive },
  RemoveSession: { event: 'session.removed', status: 'removed', isAllowedFrom: () => true },
}

/** The tasks of a session after a command; a key that the session lacks stays absent. */
const tasksAfter = (command: ChangeSession, { status, tasks }: Session): Session['tasks'] => {
  switch (command.type) {
    case 'MarkSessionPending':
      return command.tasks === undefined ? tasks : command.tasks
    case 'ActivateSession':
      return status === 'pending' && tasks !== undefined ? null : tasks
    default:
      return tasks
  }
}

const changedSession = (command: ChangeSession, session: Session): Session =>
  withoutUndefined({
    ...session,
    status: CHANGES[command.type].status,
    updated_at: command.at,
    tasks: tasksAfter(command, session),
  })

/** True if the command would change nothing but the time of the update. */
const isDone = (session: Session, changed: Session): boolean =>
  session.status === changed.status &&
  JSON.stringify(session.tasks) === JSON.stringify(changed.tasks)

const change = (command: ChangeSession, state: ClientState): Decision => {
  const { sessionId, at } = command
  const { event, isAllowedFrom } = CHANGES[command.type]
  const present = versionOf(state, sessionId)
  if (present === undefined) return refuse({ _tag: 'SessionNotFound', sessionId })
  const { session, saidAt } = present
  const changed = changedSession(command, session)
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

/**
 * Decides on a command: a refusal, or the events that follow. An event that it emits changes the state.
 * A command whose effect the state has already emits no event, so that a command may be retried.
 * It decides on statuses as recorded: that a session's `expire_at` has passed refuses nothing, since
 * Clerk may have moved `expire_at` without an event.
 *
 * @example
 * import { clientIdOf, foldClient } from 'clientfold'
 * import { decide } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * const command = { type: 'RevokeSession', at: 1780100000000, sessionId: 'sess_ada_1' } as const
 * const decision = decide(command, foldClient(own))
 * if (decision._tag === 'Right') {
 *   decision.right.map((event) => event.type) // => ['session.revoked']
 * }
 */
export const decide = (command: ClientCommand, state: ClientState): Decision =>
  command.type === 'CreateSession' ? create(command, state) : change(command, state)
