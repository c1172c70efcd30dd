import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Session } from '../../../src/events/session.js'
import { anObservation, aSessionEvent } from '../../given.js'
import {
  anEvent,
  deliveryOf,
  describeWithPostgres,
  givenStore,
  readEverything,
  rejectionOf,
} from './given.js'
import type { PostgresServer } from './server.js'

const CANARIES = [
  'client_canary_7Qx',
  'sess_canary_9Lm',
  'user_canary_3Vb',
  '203.0.113.77',
  'Ouagadougou',
  'delivery_canary_2Hd',
  'body_canary_8Np',
]

/** Deliveries in quarantine: a short one, and one so long that its body is in a table of its own. */
const quarantined = [1, 4000].map((times, index) => ({
  id: `delivery_canary_2Hd_${index}`,
  receivedAt: index,
  reason: 'not JSON',
  // Not compressible, so that a canary can be found in it.
  body: Buffer.from(
    `{"client_id":"client_canary_7Qx"${Array.from(
      { length: times },
      () => `body_canary_8Np${randomBytes(60).toString('base64')}`,
    ).join()}`,
  ),
}))

const latestActivity = {
  object: 'session_activity',
  id: 'sess_activity_1',
  is_mobile: false,
  ip_address: '203.0.113.77',
  city: 'Ouagadougou',
}

/** The canaries in any file of the server except its write-ahead log, after a checkpoint. */
const canariesIn = async (server: PostgresServer): Promise<ReadonlyArray<string>> => {
  await server.run('postgres', 'checkpoint')
  const bytes = readdirSync(server.data, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('pg_wal'))
    .map((path) => join(server.data, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path))
  return CANARIES.filter((canary) => bytes.some((file) => file.includes(canary)))
}

describeWithPostgres('the PostgreSQL erasure', (server) => {
  it('an erasure and a scrub remove one client from the files, and no other', async () => {
    const { database, store } = await givenStore(server())
    const canary = (id: string) =>
      aSessionEvent(
        {
          id: 'sess_canary_9Lm',
          client_id: 'client_canary_7Qx',
          user_id: 'user_canary_3Vb',
          latest_activity: latestActivity,
        },
        { id: `msg_client_canary_7Qx_${id}` },
      )
    for (let turn = 0; turn < 20; turn++) {
      await store.record([
        canary(`${turn}`),
        ...Array.from({ length: 20 }, (_, place) => anEvent(`c${place}`, `msg_${turn}_${place}`)),
      ])
    }
    const others = async () =>
      (await readEverything(store)).filter(
        ({ event }) => !deliveryOf({ event } as never).includes('canary'),
      )
    const kept = { ...quarantined[0]!, id: 'other', body: Buffer.from('{"client_id":"c1"') }
    for (const delivery of [...quarantined, kept]) await store.quarantine.keep(delivery)
    const before = await others()
    await server().run(database, 'analyze')
    expect(await canariesIn(server())).toEqual(CANARIES)

    // A plain deletion and VACUUM are not enough: the bytes stay.
    await server().run(
      database,
      `create table plain as select * from clientfold.events
        where revision = 1 order by client_key like '%canary%' limit 21`,
      `delete from plain where client_key like '%canary%'`,
      'vacuum plain',
    )
    const client = await server().connect(database)
    const { rows } = await client.query<{ path: string }>(
      `select pg_relation_filepath('plain') as path`,
    )
    await server().run(database, 'checkpoint')
    const file = readFileSync(join(server().data, rows[0]!.path))
    const ofEvents = CANARIES.slice(0, 5)
    expect(ofEvents.filter((text) => file.includes(text))).toEqual(ofEvents)
    await server().run(database, 'drop table plain')

    expect(await store.eraseClient('client_canary_7Qx')).toBe(20)
    await store.scrub()
    expect(await canariesIn(server())).toEqual([])
    expect(await others()).toEqual(before)
    for await (const { id } of store.quarantine.all()) expect(id).toBe('other')
    expect(await store.clientsOfUser('user_canary_3Vb')).toEqual([])
    expect(await store.record([canary('again')])).toEqual([{ _tag: 'Erased', what: 'client' }])
    expect(await canariesIn(server())).toEqual([])
    await client.end()
    await store.close()
  })

  it('an erasure and a scrub remove a user from devices that others use too, and the others keep every byte', async () => {
    const { store } = await givenStore(server())
    const own = (n: number, device: string) =>
      aSessionEvent(
        {
          id: `sess_canary_9Lm_${device}`,
          client_id: device,
          user_id: 'user_canary_3Vb',
          latest_activity: latestActivity,
        },
        { id: `delivery_canary_2Hd_${n}_${device}` },
      )
    const others = (n: number, device: string) =>
      aSessionEvent(
        { id: `sess_${device}`, client_id: device, user_id: 'user_2' },
        { id: `msg_${n}_${device}` },
      )
    const observed = (n: number, device: string, id: string) =>
      anObservation(
        {
          id: device,
          sessions: [own(n, device), others(n, device)].map(({ data }) => data as Session),
          last_active_session_id: `sess_canary_9Lm_${device}`,
        },
        { id },
      )
    const devices = Array.from({ length: 20 }, (_, n) => `device_${n}`)
    for (let turn = 0; turn < 10; turn++) {
      await store.record(
        devices.flatMap((device) => [
          own(turn, device),
          others(turn, device),
          observed(turn, device, `observation_${turn}_${device}`),
        ]),
      )
    }
    await store.quarantine.keep({
      ...{ id: 'msg_of_user', receivedAt: 1, reason: 'not JSON' },
      body: Buffer.from('{"user_id":"user_canary_3Vb","body_canary_8Np"'),
    })
    const ofOthers = async () =>
      (await readEverything(store)).filter(({ event }) => event.id?.startsWith('msg_'))
    const before = await ofOthers()
    expect(before).toHaveLength(200)
    const present = CANARIES.slice(1)
    expect(await canariesIn(server())).toEqual(present)

    expect(await store.eraseUser('user_canary_3Vb')).toBe(400)
    await store.scrub()
    expect(await canariesIn(server())).toEqual([])
    expect(await ofOthers()).toEqual(before)
    expect(await readEverything(store)).toHaveLength(400)
    expect(await store.clientsOfUser('user_2')).toEqual([...devices].sort())

    const again = await store.record([own(1, 'device_1'), observed(1, 'device_1', 'late')])
    expect(again.map(({ _tag }) => _tag)).toEqual(['Erased', 'Recorded'])
    expect(await canariesIn(server())).toEqual([])
    await store.close()
  })

  it('a scrub reports an old transaction that keeps erased rows in the files, and succeeds when it is repeated later', async () => {
    const { database, store } = await givenStore(server())
    await store.append('c', [anEvent('c', 'msg_1')], 'any')
    const client = await server().connect(database)
    await client.query('begin isolation level repeatable read')
    await client.query('select from pg_class limit 1')
    // The erasure itself does not wait for readers.
    expect(await store.eraseClient('c')).toBe(1)
    expect(await rejectionOf(store.scrub())).toMatchObject({ reason: 'busy' })
    await client.query('commit')
    await store.scrub()
    await client.end()
    await store.close()
  })
})
