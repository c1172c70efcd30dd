import { expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery, SIGNING_SECRET } from '../http/given.js'
import { folderWith, linesOf } from './given/folder.js'
import { startServer } from './given/server.js'
import { openDatabase } from './given/store.js'

const BODY = eventText(aSessionEvent())

it('serve answers 503 in time while another process holds its SQLite file, and ends at a signal', async () => {
  const folder = await folderWith()
  const { url, kill, ended } = await startServer(folder)
  const deliver = async (id: string): Promise<number> => {
    const request = delivery(id, BODY, { at: Date.now(), secret: SIGNING_SECRET })
    return (await fetch(`${url}/webhooks/clerk`, request)).status
  }
  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`${url}${path}`, { headers: AUTHORIZATION })).status
  expect(await deliver('msg_1')).toBe(200)
  const other = await openDatabase(folder)
  // The server writes its views for some milliseconds.
  other.exec('PRAGMA busy_timeout = 5000')
  other.exec('BEGIN EXCLUSIVE')
  const deliveries = Array.from({ length: 50 }, (_, serial) => deliver(`msg_locked_${serial}`))
  // The event loop is free: what needs no store is answered before the deliveries.
  const first = await Promise.race([statusOf('/unknown'), ...deliveries])
  expect(first).toBe(404)
  expect(await statusOf('/healthz')).toBe(503)
  expect(new Set(await Promise.all(deliveries))).toEqual(new Set([503]))

  other.exec('ROLLBACK')
  expect(await deliver('msg_2')).toBe(200)
  expect(await statusOf('/healthz')).toBe(200)
  other.exec('BEGIN EXCLUSIVE')
  const last = deliver('msg_3')
  kill('SIGTERM')
  expect([503, 0]).toContain(await last.catch(() => 0))
  const { code, stdout } = await ended
  expect(code).toBe(0)
  other.exec('ROLLBACK')
  other.close()
  const failures = linesOf(stdout)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ status }) => status === 503)
  expect(failures.length).toBeGreaterThanOrEqual(51)
  for (const { reason } of failures) expect(reason).toBe('busy')
})
