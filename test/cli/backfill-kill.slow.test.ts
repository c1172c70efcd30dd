import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { SECRET_KEY } from '../http/given.js'
import { startFakeClerk } from '../clerk/given/fake-clerk.js'
import { answersOf, instanceOf } from '../clerk/given/random-clerk.js'
import { folderWith, type Started } from './given/folder.js'

const RANDOM = { seed: 7, ages: [0, 1, 1, 2, 3, 5, 5, 5, 6, 7, 8, 9] }

it('a backfill whose process is killed again and again ends with what Clerk answers', async () => {
  const { truth, users } = await instanceOf(RANDOM, { events: 200, clients: 24 })
  const running: { started?: Started; killAt?: number } = {}
  const clerk = await startFakeClerk({
    ...{ truth, users, longestPage: 3 },
    failing: (count) => {
      if (count === running.killAt) running.started?.child.kill('SIGKILL')
      return undefined
    },
  })
  const folder = await folderWith()
  const start = (): Started =>
    folder.start(['backfill', '--api-url', clerk.url, '--resume', 'progress'], {
      CLERK_SECRET_KEY: SECRET_KEY,
    })
  let [kills, code] = [0, null as number | null]
  for (let run = 0; code === null; run++) {
    // Each life is longer than the one before, so that the last one reaches the end.
    running.killAt = clerk.requests.length + 1 + run * 5
    running.started = start()
    code = (await running.started.ended).code
    if (code === null) kills += 1
  }
  expect(code).toBe(0)
  expect(kills).toBeGreaterThan(3)
  expect((await folder.names()).filter((name) => /^progress$/.test(name))).toEqual([])
  const clients = openClients({
    store: await openSqliteStore({ path: `${folder.path}/clients.db` }),
  })
  expect(await answersOf(clients)).toEqual(await answersOf(truth))
  await clients.close()
})
