import { expect, it } from 'vitest'
import { userPages } from '../../src/clerk/user-pages.js'
import { T0 } from '../given.js'
import { inMemory } from '../http/given.js'
import { startFakeClerk, type FakeUser } from './given/fake-clerk.js'
import { apiAt } from './given/served-log.js'

const usersAt = (...moments: ReadonlyArray<number>): ReadonlyArray<FakeUser> =>
  moments.map((moment, index) => ({
    id: `user_${String(index).padStart(4, '0')}`,
    created_at: T0 + moment,
    last_active_at: T0,
  }))

const given = (users: ReadonlyArray<FakeUser>, options = {}) =>
  startFakeClerk({ truth: inMemory(), users, ...options })

/** The ids of all pages; `between` runs after each page. */
const idsOf = async (url: string, between: () => void = () => undefined, createdFrom?: number) => {
  const ids: string[] = []
  for await (const { users } of userPages({ api: apiAt(url), createdFrom })) {
    ids.push(...users.map(({ id }) => id))
    between()
  }
  return ids
}

it.each([{ isInclusive: true }, { isInclusive: false }])(
  'each user is given once, whether or not bounds include their moment: $isInclusive',
  async (options) => {
    const users = usersAt(...Array.from({ length: 305 }, (_, index) => Math.floor(index / 3)))
    const { url } = await given(users, options)
    expect(await idsOf(url)).toEqual(users.map(({ id }) => id))
  },
)

it('more users of one millisecond than a page has are given once each', async () => {
  const users = usersAt(1, ...Array.from({ length: 250 }, () => 2), 3)
  const { url } = await given(users)
  expect(await idsOf(url)).toEqual(users.map(({ id }) => id))
})

it('no user is skipped while users before them are deleted', async () => {
  const all = usersAt(...Array.from({ length: 400 }, (_, index) => index))
  const { url, users } = await given(all)
  const ids = await idsOf(url, () => users.splice(0, 30))
  expect(ids).toEqual(all.map(({ id }) => id))
})

it('a user who signs up meanwhile is given too', async () => {
  const { url, users } = await given(usersAt(1, 2))
  let isAdded = false
  const ids = await idsOf(url, () => {
    if (!isAdded) users.push({ id: 'user_new', created_at: T0 + 9, last_active_at: T0 })
    isAdded = true
  })
  expect(ids).toEqual(['user_0000', 'user_0001', 'user_new'])
})

it('the pages begin with the users who were created at a moment', async () => {
  const { url } = await given(usersAt(1, 2, 2, 3))
  expect(await idsOf(url, undefined, T0 + 2)).toEqual(['user_0001', 'user_0002', 'user_0003'])
})

it('a list of users in another order is refused, because users would be skipped', async () => {
  const api = {
    ...apiAt('http://127.0.0.1:1'),
    users: () =>
      Promise.resolve({
        _tag: 'Listed' as const,
        entries: [
          { id: 'user_2', createdAt: T0 + 2 },
          { id: 'user_1', createdAt: T0 + 1 },
        ],
      }),
  }
  await expect(userPages({ api }).next()).rejects.toThrow('in the order of their creation')
})
