import type { EventStore } from '../event-store/event-store.js'

/**
 * Erases the users whose scheduled erasure is due.
 *
 * @param now - epoch milliseconds
 * @param onErased - called after each user with the number of events that were deleted or rewritten
 * @returns how many users were erased
 */
export const eraseDue = async (
  { pendingErasures, eraseUser }: Pick<EventStore, 'pendingErasures' | 'eraseUser'>,
  now: number,
  onErased?: (userId: string, events: number) => Promise<void>,
): Promise<number> => {
  const failures: unknown[] = []
  let users = 0
  for await (const { userId } of pendingErasures.all(now)) {
    try {
      const events = await eraseUser(userId)
      users += 1
      await onErased?.(userId, events)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return users
}
