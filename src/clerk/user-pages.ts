import type { ClerkApi } from './clerk-api.js'
import { ClerkUnavailable } from './clerk-error.js'
import type { ClerkUser } from './clerk-list.js'

/** Some users in the order of their creation. Moments are epoch milliseconds. */
export interface UserPage {
  readonly users: ReadonlyArray<ClerkUser>
  /** Every user who was created before this moment is in this page or an earlier one. */
  readonly createdFrom: number
}

/** Which users to read. */
export interface UserPagesOptions {
  readonly api: ClerkApi
  /** Begin with the users who were created at this moment; with the first one unless given. */
  readonly createdFrom?: number | undefined
  /** Only users who were active at this moment or later. */
  readonly since?: number | undefined
}

/** A run that ends unexpectedly repeats at most one page. */
const PAGE_USERS = 100

const describeFailure = (reason: string): string => {
  const sentence = `Clerk did not answer the list of users (${reason})`
  if (reason === 'status 404') return `${sentence}: check the URL of the API`
  if (reason === 'status 501') {
    return `${sentence}: this server does not list users, so name the users whose clients to read`
  }
  return `${sentence}; run this again later`
}

const isAscending = (users: ReadonlyArray<ClerkUser>): boolean =>
  users.every(({ createdAt }, index) => createdAt >= (users[index - 1]?.createdAt ?? 0))

/**
 * Reads the users of an instance in pages, in the order of their creation. Each page begins at the moment at
 * which the one before ended, and not at an offset: a user who is deleted meanwhile would move every offset,
 * so that another user would be skipped. Only among users of one millisecond an offset is needed. No page
 * has a user whom the page before had.
 *
 * @throws ClerkUnavailable if the list cannot be read, or is in another order.
 */
export async function* userPages({
  api,
  createdFrom: begin = 0,
  since,
}: UserPagesOptions): AsyncGenerator<UserPage, void> {
  let createdFrom = begin
  let offset = 0
  let seen = new Map<string, ClerkUser>()
  for (;;) {
    // Whether Clerk's bounds include their moment is stated nowhere, so ask from one millisecond earlier.
    const list = await api.users({
      ...(createdFrom > 0 && { createdAfter: createdFrom - 1 }),
      ...(since !== undefined && since > 0 && { activeAfter: since - 1 }),
      ...{ limit: PAGE_USERS, offset },
    })
    if (list._tag === 'Unanswered') throw new ClerkUnavailable(describeFailure(list.reason))
    const users = list.entries
    const last = users.at(-1)
    if (last === undefined) return
    if (!isAscending(users)) {
      throw new ClerkUnavailable('Clerk did not answer the users in the order of their creation')
    }
    const fresh = users.filter(({ id }) => !seen.has(id))
    for (const user of users) seen.set(user.id, user)
    if (last.createdAt > createdFrom) {
      createdFrom = last.createdAt
      offset = 0
      const bound = createdFrom - 1
      seen = new Map([...seen].filter(([, { createdAt }]) => createdAt >= bound))
    } else offset += users.length
    if (fresh.length > 0) yield { users: fresh, createdFrom }
  }
}
