import { copyFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import type { ClientEvent } from '../../../src/events/client-event.js'
import { clientHashOf } from '../../../src/event-store/client-hash.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import type { CorruptRecord } from '../../../src/event-store/store-error.js'
import type { SqliteDriver } from '../../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent, T0 } from '../../given.js'
import { DRIVERS, everything, newPath, rawDatabase } from './given.js'

const eventOf = (clientId: string, n: number, more: object = {}): ClientEvent =>
  aSessionEvent(
    {
      client_id: clientId,
      id: `sess_${clientId}`,
      user_id: `user_${clientId}`,
      updated_at: T0 + n,
    },
    { id: `msg_${clientId}_${n}`, ...more },
  )

const EVENTS = ['a', 'b', 'c'].flatMap((id) => [0, 1, 2].map((n) => eventOf(id, n)))

/** A store that some SQL has changed behind its back. */
const givenDamaged = async (driver: SqliteDriver, ...sql: ReadonlyArray<string>) => {
  const path = await newPath()
  const store = await openSqliteStore({ path, driver })
  await store.record(EVENTS)
  await store.quarantine.keep({ id: 'msg_8', receivedAt: 1, reason: 'r', body: Uint8Array.of(1) })
  await store.quarantine.keep({ id: 'msg_9', receivedAt: 2, reason: 'r', body: Uint8Array.of(2) })
  await store.close()
  const database = await rawDatabase(driver, path)
  for (const statement of sql) database.exec(statement)
  database.close()
  return openSqliteStore({ path, driver })
}

const damagesOf = async (store: EventStore): Promise<ReadonlyArray<CorruptRecord>> => {
  const damages: CorruptRecord[] = []
  await store.check({ onDamage: (damage) => damages.push(damage) })
  return damages
}

const NOT_UTF_8 = `CAST(x'7b22ff7d' AS TEXT)`
const SECOND_OF_B = `WHERE client_key = 'b' AND revision = 2`

const DAMAGES: ReadonlyArray<{
  readonly name: string
  readonly sql: string
  readonly problem: string
}> = [
  { name: 'a text that is not UTF-8', sql: `text = ${NOT_UTF_8}`, problem: 'not-utf-8' },
  { name: 'a text that is no event', sql: `text = '{}'`, problem: 'not-an-event' },
  {
    name: 'a text of another event',
    sql: `text = replace(text, 'sess_b', 'sess_x')`,
    problem: 'checksum',
  },
  { name: 'another time', sql: 'recorded_at = recorded_at + 1', problem: 'checksum' },
  { name: 'another checksum', sql: 'checksum = checksum + 1', problem: 'checksum' },
  { name: 'an event key that is not UTF-8', sql: `event_key = ${NOT_UTF_8}`, problem: 'not-utf-8' },
  { name: 'another event key', sql: `event_key = 'msg_x'`, problem: 'checksum' },
  { name: 'a number that is a text', sql: `recorded_at = ${NOT_UTF_8}`, problem: 'checksum' },
]

describe.each(DRIVERS)('a damaged SQLite store on %s', (driver) => {
  it.each(DAMAGES)(
    '$name is a damaged record, and everything else is served',
    async ({ sql, problem }) => {
      const store = await givenDamaged(driver, `UPDATE events SET ${sql} ${SECOND_OF_B}`)
      const clients = openClients({ store })
      const damage = { name: 'CorruptRecord', clientId: 'b', revision: 2, problem }
      await expect(clients.get('b')).rejects.toMatchObject(damage)
      await expect(everything(store)).rejects.toMatchObject(damage)
      expect(await clients.get('a')).toMatchObject({ id: 'a' })

      const left: CorruptRecord[] = []
      const read: unknown[] = []
      const onDamage = (each: CorruptRecord): unknown => left.push(each)
      for await (const { event } of store.readAll({ onDamage })) read.push(event.id)
      expect(left).toMatchObject([damage])
      expect(read).toEqual(EVENTS.map(({ id }) => id).filter((id) => id !== 'msg_b_1'))

      expect(await clients.list()).toMatchObject({ totalCount: 3, damaged: 1 })
      expect(await clients.list({ asOf: T0 * 2 })).toMatchObject({ totalCount: 3, damaged: 1 })
      expect(await clients.sessions({})).toMatchObject({ totalCount: 3, damaged: 1 })
      expect(await clients.sessions({ userId: 'user_b' })).toEqual({
        data: [],
        totalCount: 0,
        damaged: 1,
      })
      expect(await clients.sessions({ userId: 'user_a' })).toMatchObject({ totalCount: 1 })
      expect((await damagesOf(store)).map((each) => each.problem)).toContain(problem)
      await clients.close()
    },
  )

  it('without the event of its removal, a session does not read active: the record is missing', async () => {
    const path = await newPath()
    const store = await openSqliteStore({ path, driver })
    const removal: ClientEvent = { ...eventOf('a', 3), type: 'session.removed' } as ClientEvent
    await store.record([eventOf('a', 0), removal, eventOf('a', 4)])
    const database = await rawDatabase(driver, path)
    for (const revision of [2, 3]) {
      database.exec(`DELETE FROM events WHERE client_key = 'a' AND revision = ${revision}`)
      const missing = { name: 'CorruptRecord', clientId: 'a', revision: 2, problem: 'missing' }
      await expect(openClients({ store }).get('a')).rejects.toMatchObject(missing)
      expect(await damagesOf(store)).toMatchObject([{ problem: 'missing', clientId: 'a' }])
    }
    database.close()
    await store.close()
  })

  it('events below the horizon of their client may be missing', async () => {
    const store = await givenDamaged(
      driver,
      `DELETE FROM events WHERE client_key = 'b' AND revision < 3`,
      `INSERT INTO horizons VALUES ('${clientHashOf('b')}', 2)`,
    )
    expect((await store.readClient('b')).map(({ revision }) => revision)).toEqual([3])
    const [outcome] = await store.record([eventOf('b', 3)])
    expect(outcome).toMatchObject({ recorded: { revision: 4 } })
    expect((await damagesOf(store)).filter(({ problem }) => problem !== 'look-up')).toEqual([])
    await store.close()
  })

  it('a reading of the log reports that events have vanished', async () => {
    const store = await givenDamaged(
      driver,
      'DROP TRIGGER events_deleted',
      `DELETE FROM events WHERE client_key = 'c'`,
    )
    await expect(everything(store)).rejects.toMatchObject({ problem: 'missing', position: null })
    await store.close()
  })

  it.each([
    {
      name: 'a look-up of a session',
      sql: `UPDATE session_clients SET session_key = 'sess_x' WHERE client_key = 'b'`,
    },
    {
      name: 'a look-up of a user',
      sql: `UPDATE user_clients SET client_key = 'x' WHERE client_key = 'b'`,
    },
    {
      name: 'a look-up that is not UTF-8',
      sql: `UPDATE user_clients SET user_key = ${NOT_UTF_8} WHERE client_key = 'b'`,
    },
    {
      name: 'a look-up that leads to a wrong client too',
      sql: `INSERT INTO user_clients VALUES ('user_a', 'b')`,
    },
    { name: 'a missing look-up', sql: `DELETE FROM session_clients WHERE client_key = 'c'` },
  ])('the check finds $name', async ({ sql }) => {
    const store = await givenDamaged(driver, sql)
    const problems = (await damagesOf(store)).map(({ problem }) => problem)
    expect(problems.length).toBeGreaterThan(0)
    expect(new Set(problems)).toEqual(new Set(['look-up']))
    await store.close()
  })

  it.each([
    { name: 'a reason that is not UTF-8', sql: `about = ${NOT_UTF_8}`, problem: 'not-utf-8' },
    { name: 'another body', sql: `body = x'03'`, problem: 'checksum' },
  ])('a quarantined delivery with $name keeps no other one back', async ({ sql, problem }) => {
    const store = await givenDamaged(driver, `UPDATE quarantined SET ${sql} WHERE received_at = 1`)
    const read: string[] = []
    const reading = (async () => {
      for await (const { id } of store.quarantine.all()) read.push(id)
    })()
    await expect(reading).rejects.toMatchObject({ name: 'CorruptRecord', problem })
    expect(read).toEqual(['msg_9'])
    expect(await damagesOf(store)).toMatchObject([{ problem }])
    await store.close()
  })

  it('a check of an undamaged store counts what it has read', async () => {
    const store = await givenDamaged(driver)
    expect(await store.check({ onDamage: () => undefined })).toEqual({
      events: 9,
      clients: 3,
      deliveries: 2,
      damaged: 0,
    })
    await store.close()
  })

  it('a client with many events, with long texts and with hashed ids is read as any other', async () => {
    const store = await openSqliteStore({ path: await newPath(), driver })
    const longId = 'x'.repeat(2000)
    const many = Array.from({ length: 700 }, (_, n) => eventOf('a', n))
    const hashed = [eventOf(longId, 0), eventOf('b', 1, { id: longId })]
    const long = [eventOf('b', 2, { event_attributes: { long: 'é'.repeat(100_000) } })]
    await store.record([...many, ...hashed, ...long])
    expect((await store.readClient('a')).map(({ event }) => event.id)).toEqual(
      many.map(({ id }) => id),
    )
    expect(await store.readClient(longId)).toHaveLength(1)
    expect(await store.readClient('b')).toHaveLength(2)
    expect(await everything(store)).toHaveLength(703)
    expect(await damagesOf(store)).toEqual([])
    await store.close()
  })
})

describe.each(DRIVERS)('a position of a SQLite store on %s', (driver) => {
  const readAfter = async (store: EventStore, after: string): Promise<number> => {
    let count = 0
    for await (const _recorded of store.readAll({ after })) count += 1
    return count
  }
  const foreign = { name: 'ForeignPosition' }

  it('a position of another file is refused', async () => {
    const [one, other] = [await givenDamaged(driver), await givenDamaged(driver)]
    const after = await one.lastPosition()
    expect(await readAfter(one, after)).toBe(0)
    await expect(readAfter(other, after)).rejects.toMatchObject(foreign)
    for (const text of ['', '5', 'x/1/1']) {
      await expect(readAfter(one, text)).rejects.toMatchObject(foreign)
    }
    await Promise.all([one.close(), other.close()])
  })

  it('a position is refused after the file was restored from an older copy, also when that has grown', async () => {
    const path = await newPath()
    const open = (): Promise<EventStore> => openSqliteStore({ path, driver })
    let store = await open()
    await store.record([eventOf('a', 0)])
    const early = await store.lastPosition()
    await store.close()
    await copyFile(path, `${path}.copy`)
    store = await open()
    await store.record([eventOf('a', 1)])
    const late = await store.lastPosition()
    await store.close()

    await copyFile(`${path}.copy`, path)
    store = await open()
    await expect(readAfter(store, late)).rejects.toMatchObject(foreign)
    await store.record([eventOf('b', 0), eventOf('b', 1)])
    await expect(readAfter(store, late)).rejects.toMatchObject(foreign)
    expect(await readAfter(store, early)).toBe(2)
    await store.close()
  })

  it('a position whose event was erased is accepted', async () => {
    const store = await givenDamaged(driver)
    const after = await store.lastPosition()
    await store.eraseClient('c')
    expect(await readAfter(store, after)).toBe(0)
    await store.record([eventOf('d', 0)])
    expect(await readAfter(store, after)).toBe(1)
    await store.close()
  })
})
