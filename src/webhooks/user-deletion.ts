import type { Clients } from '../clients/clients.js'
import { isPlainObject } from '../events/json.js'
import type { ErasureOutcome } from './outcome.js'

/** What a `user.deleted` of Clerk does. */
export interface UserDeletionOptions {
  /**
   * `erase` erases a user whom Clerk has deleted (see `EventStore.eraseUser`). `ignore`, unless given: the
   * delivery is answered, and nothing of it is kept.
   */
  readonly onUserDeleted?: 'erase' | 'ignore' | undefined
  /**
   * How long after the delivery the user is erased, in milliseconds. During that time the erasure can be
   * called off: see `Clients.pendingErasures`. Something has to call `Clients.eraseDue` then; `clientfold
   * serve` does. With 0, unless given, the user is erased before the delivery is answered.
   */
  readonly holdbackMilliseconds?: number | undefined
}

/** The longest holdback: 100 years. */
export const LONGEST_HOLDBACK_MS = 3_155_760_000_000

/** How long after a `user.deleted` the user is erased, in milliseconds; null if it is ignored. */
export type Holdback = number | null

/**
 * The holdback of the options.
 *
 * @throws TypeError if an option is invalid.
 */
export const holdbackOf = ({
  onUserDeleted = 'ignore',
  holdbackMilliseconds = 0,
}: UserDeletionOptions): Holdback => {
  // JavaScript callers have no types, and a misspelt word must not keep a person.
  if (!['erase', 'ignore'].includes(onUserDeleted)) {
    throw new TypeError("onUserDeleted must be 'erase' or 'ignore'")
  }
  const isWhole = Number.isInteger(holdbackMilliseconds) && holdbackMilliseconds >= 0
  if (!isWhole || holdbackMilliseconds > LONGEST_HOLDBACK_MS) {
    throw new TypeError(
      'holdbackMilliseconds must be a whole number of milliseconds, from 0 to 100 years',
    )
  }
  return onUserDeleted === 'erase' ? holdbackMilliseconds : null
}

/** Whether a payload says that a user was deleted. */
export const isUserDeleted = (
  payload: unknown,
): payload is Readonly<Record<string, unknown>> & { readonly type: 'user.deleted' } =>
  isPlainObject(payload) && payload.type === 'user.deleted'

/** The user in the payload of a `user.deleted`; null if it names none. */
export const deletedUserOf = ({
  data,
}: Readonly<Record<string, unknown>>): { readonly userId: string } | null => {
  if (!isPlainObject(data)) return null
  const { id, object = 'user', deleted = true } = data
  const isWellFormed = typeof id === 'string' && id !== '' && object === 'user' && deleted === true
  return isWellFormed ? { userId: id } : null
}

/** Why a genuine `user.deleted` waits in the quarantine. */
export const NO_DELETED_USER =
  'user.deleted: at data: expected a deleted user with a non-empty id; erase the user with clientfold erase --user ID'

/**
 * Schedules the erasure of a user, and erases the user if that is due already. It is scheduled first, so
 * that an erasure that fails half-way is carried out later, even if the delivery does not come again.
 */
export const eraseDeletedUser = async (
  clients: Clients,
  { id, userId, receivedAt }: { id: string; userId: string; receivedAt: number },
  holdbackMilliseconds: number,
): Promise<ErasureOutcome> => {
  const dueAt = await clients.pendingErasures.schedule(userId, receivedAt + holdbackMilliseconds)
  if (dueAt === null) return { _tag: 'ErasureCalledOff', id }
  if (dueAt > receivedAt) return { _tag: 'ErasureScheduled', id, dueAt }
  await clients.eraseUser(userId)
  return { _tag: 'UserErased', id }
}
