import { expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent, T0 } from '../given.js'
import { logOf } from '../replay/log-bytes.js'
import { bytesOf } from '../stores/sqlite/given.js'
import { changeDatabase, folderWithStore, openDatabase } from './given/store.js'

const lineOf = (id: string, userId: string): string =>
  eventText(aSessionEvent({ id, client_id: `client_${id}`, user_id: userId, created_at: T0 }))

it('an import makes the views, and views rebuild removes a row that the log does not give', async () => {
  const folder = await folderWithStore(logOf(lineOf('1', 'user_1'), lineOf('2', 'user_2')))
  const complete = /^clients +2\nsessions +2\nevents behind +0\ndamaged +0\n$/
  const imported = await folder.run(['views', 'status'])
  expect(imported).toMatchObject({ code: 0, stderr: '' })
  expect(imported.stdout).toMatch(complete)
  expect((await folder.run(['views', 'rebuild'])).stdout).toMatch(complete)
  await changeDatabase(
    folder,
    `insert into view_clients values ('planted', '', 9, 9, '["planted",null]')`,
  )
  expect((await folder.run(['views', 'rebuild'])).stdout).toMatch(complete)
  const after = await openDatabase(folder)
  expect(after.prepare('select client_key from view_clients order by 1').all()).toEqual([
    { client_key: 'client_1' },
    { client_key: 'client_2' },
  ])
  after.close()
})

it('a scrub removes the bytes of an erased user from the views too', async () => {
  const folder = await folderWithStore(logOf(lineOf('1', 'user_1'), lineOf('2', 'user_canary')))
  await folder.run(['views', 'rebuild'])
  expect((await bytesOf(folder.path)).includes('user_canary')).toBe(true)
  await folder.run(['erase', '--user', 'user_canary', '--scrub'])
  await folder.write('log', '')
  expect((await bytesOf(folder.path)).includes('user_canary')).toBe(false)
  expect((await folder.run(['views', 'status'])).stdout).toMatch(/^clients +1\n/)
})
