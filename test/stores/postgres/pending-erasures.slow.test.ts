import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import { openPostgresStore, postgresGrants } from '../../../src/stores/postgres/index.js'
import { aSessionEvent } from '../../given.js'
import { anEvent, describeWithPostgres, givenStore, readEverything } from './given.js'
import type { PostgresServer } from './server.js'

const CANARY = 'user_canary_5Wk'

/** Whether a word is in any file of the server except its write-ahead log, after a checkpoint. */
const isInFiles = async (server: PostgresServer, word: string): Promise<boolean> => {
  await server.run('postgres', 'checkpoint')
  return readdirSync(server.data, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('pg_wal'))
    .map((path) => join(server.data, path))
    .some((path) => statSync(path).isFile() && readFileSync(path).includes(word))
}

describeWithPostgres('the scheduled erasures in PostgreSQL', (server) => {
  it('a role that writes can schedule an erasure and call it off; one that erases carries it out', async () => {
    const { database, store: asOwner } = await givenStore(server())
    await server().run('postgres', 'create role writer login', 'create role eraser login')
    await server().run(database, ...postgresGrants('clientfold', 'writer'))
    await server().run(database, ...postgresGrants('clientfold', 'eraser', 'erase'))
    const writer = await openPostgresStore(server().url(database, 'writer'))
    const eraser = await openPostgresStore(server().url(database, 'eraser'))
    await writer.record([anEvent('c', 'msg_1')])
    for (const userId of ['user_1', 'user_2']) {
      expect(await writer.pendingErasures.schedule(userId, 1)).toBe(1)
    }
    expect(await writer.pendingErasures.callOff('user_2')).toBe(true)
    await expect(openClients({ store: writer }).eraseDue()).rejects.toMatchObject({
      reason: 'denied',
    })
    expect(await readEverything(asOwner)).toHaveLength(1)
    // At once, as several processes do it.
    const [first, second] = [openClients({ store: eraser }), openClients({ store: asOwner })]
    await Promise.all([first.eraseDue(), second.eraseDue()])
    expect(await readEverything(asOwner)).toEqual([])
    expect(await first.eraseDue()).toBe(0)
    await Promise.all([writer.close(), eraser.close(), asOwner.close()])
  })

  it('an erasure and a scrub leave no byte of a user who was scheduled', async () => {
    const { database, store } = await givenStore(server())
    const long = `${CANARY}_long_${'x'.repeat(600)}`
    for (const userId of [CANARY, long]) {
      await store.record([aSessionEvent({ user_id: userId })])
      await store.pendingErasures.schedule(userId, 5)
      await store.pendingErasures.schedule(userId, 1)
    }
    await store.pendingErasures.callOff(long)
    await store.pendingErasures.schedule('user_kept_5Wk', 9e12)
    await server().run(database, 'analyze')
    expect(await isInFiles(server(), CANARY)).toBe(true)
    await store.eraseUser(CANARY)
    await store.eraseUser(long)
    await store.scrub()
    expect(await isInFiles(server(), CANARY)).toBe(false)
    expect(await isInFiles(server(), 'user_kept_5Wk')).toBe(true)
    await store.close()
  })
})
