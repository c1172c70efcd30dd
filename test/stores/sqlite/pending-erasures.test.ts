import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import type { CorruptRecord } from '../../../src/event-store/store-error.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent, T0 } from '../../given.js'
import { bytesOf, DRIVERS, everything, newPath, rawDatabase } from './given.js'

const CANARY = 'user_canary_5Wk'

describe.each(DRIVERS)('the scheduled erasures in SQLite on %s', (driver) => {
  it.each([
    { name: 'an earlier time', sql: 'due_at = 1', problem: 'checksum' },
    { name: 'the time of one that was called off', sql: 'due_at = NULL', problem: 'checksum' },
    { name: 'another user', sql: `user_id = '"user_2"'`, problem: 'checksum' },
    { name: 'another key', sql: `user_key = 'user_2'`, problem: 'checksum' },
    {
      name: 'an id that is not UTF-8',
      sql: `user_id = CAST(x'22ff22' AS TEXT)`,
      problem: 'not-utf-8',
    },
  ])('one with $name is damaged, erases no user and keeps no other one back', async (row) => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    const users = ['user_1', 'user_2', 'user_3']
    await store.record(users.map((id) => aSessionEvent({ id: `sess_${id}`, user_id: id }, { id })))
    await store.pendingErasures.schedule('user_1', T0 + 50)
    await store.pendingErasures.schedule('user_3', T0 + 60)
    await store.close()
    const database = await rawDatabase(driver, path)
    database.exec(`UPDATE pending_erasures SET ${row.sql} WHERE user_key = 'user_1'`)
    database.close()

    const damaged = await openSqliteStore({ path, driver })
    const damages: CorruptRecord[] = []
    await damaged.check({ onDamage: (damage) => damages.push(damage) })
    expect(damages).toMatchObject([{ problem: row.problem }])
    const clients = openClients({ store: damaged, now: () => T0 + 100 })
    await expect(clients.eraseDue()).rejects.toMatchObject({ name: 'CorruptRecord' })
    expect((await everything(damaged)).map(({ event }) => event.id)).toEqual(['user_1', 'user_2'])
    // An operator mends it: the user is erased, or scheduled again.
    if (row.name !== 'another key') {
      expect(await damaged.pendingErasures.schedule('user_1', T0 + 70)).toBe(T0 + 70)
      expect(await clients.eraseDue()).toBe(1)
      expect((await everything(damaged)).map(({ event }) => event.id)).toEqual(['user_2'])
    }
    await damaged.close()
  })

  it('an erasure and a scrub leave no byte of a user who was scheduled', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    // The key of a long id is a hash, and the id is kept beside it.
    const long = `${CANARY}_long_${'x'.repeat(600)}`
    for (const userId of [CANARY, long]) {
      await store.record([aSessionEvent({ user_id: userId })])
      await store.pendingErasures.schedule(userId, 1)
    }
    await store.pendingErasures.callOff(long)
    await store.pendingErasures.schedule('user_kept_5Wk', 9e12)
    expect((await bytesOf(dirname(path))).includes(CANARY)).toBe(true)
    await store.eraseUser(CANARY)
    await store.eraseUser(long)
    await store.scrub()
    const bytes = await bytesOf(dirname(path))
    expect(bytes.includes(CANARY)).toBe(false)
    expect(bytes.includes('user_kept_5Wk')).toBe(true)
    await store.close()
  })
})
