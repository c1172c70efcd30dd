import { describe, expect, it } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { eventText } from '../../src/events/encode-event.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { aSessionEvent, T0 } from '../given.js'
import { DRIVERS, newPath, rawDatabase } from '../stores/sqlite/given.js'
import { aHandler, ask, delivery, inMemory } from './given.js'

const BODY = eventText(aSessionEvent({ id: 'sess_canary', client_id: 'client_canary' }))

const clientsWith = (broken: Partial<EventStore>): Clients =>
  openClients({ store: { ...openMemoryStore(), ...broken } })

const failingWith = (error: Error): Clients =>
  clientsWith({
    record: () => Promise.reject(error),
    readClient: () => Promise.reject(error),
  })

const cause = Object.assign(new Error('postgres://canary:canary@host/canary'), { code: '57P01' })

describe('the log of a failure', () => {
  it.each([
    {
      name: 'a store that cannot be reached',
      error: new StoreUnavailable('unreachable', 'canary', cause),
      expected: { status: 503, error: 'StoreUnavailable', reason: 'unreachable', code: '57P01' },
    },
    {
      name: 'a damaged record',
      error: new CorruptRecord('canary'),
      expected: { status: 500, error: 'CorruptRecord' },
    },
    {
      name: 'a defect',
      error: new TypeError('client_canary is not a function'),
      expected: {
        status: 500,
        error: 'TypeError',
        at: expect.stringMatching(/^[\w.-]+:\d+$/) as string,
      },
    },
  ])('the log says why a read failed: $name', async ({ error, expected }) => {
    const handler = aHandler(failingWith(error))
    const { status } = await ask(handler, '/v1/clients/client_canary')
    expect(status).toBe(expected.status)
    expect(handler.logged).toMatchObject([expected])
    expect(JSON.stringify(handler.logged)).not.toContain('canary')
  })

  it('the log says why a delivery was not recorded, and why the store is not healthy', async () => {
    const handler = aHandler(failingWith(new StoreUnavailable('storage', 'canary', cause)))
    await ask(handler, '/webhooks/clerk', delivery('msg_canary', BODY))
    await ask(handler, '/healthz')
    const reason = { status: 503, error: 'StoreUnavailable', reason: 'storage', code: '57P01' }
    expect(handler.logged).toMatchObject([reason, reason])
    expect(JSON.stringify(handler.logged)).not.toContain('canary')
  })

  it('the log of an answer below 500 has no error', async () => {
    const handler = aHandler(inMemory())
    await ask(handler, '/v1/clients/client_canary')
    expect(Object.keys(handler.logged[0] ?? {})).not.toContain('error')
  })
})

describe('health', () => {
  it('health is 503 where the store can be read but not written', async () => {
    const clients = clientsWith({
      checkWritable: () => Promise.reject(new StoreUnavailable('denied', 'read-only')),
    })
    expect((await ask(aHandler(clients), '/healthz')).status).toBe(503)
    // A server that only answers readers needs no right to write.
    const readingOnly = aHandler(clients, { signingSecrets: undefined })
    expect((await ask(readingOnly, '/healthz')).status).toBe(200)
  })

  it('health and its line of the log name the transaction for which followers wait, and stay 200', async () => {
    const blockedFor = (age: number | null): Clients =>
      clientsWith({
        heldBackBy: () => Promise.resolve({ pid: 4711, database: 'reports', age }),
      })
    const handler = aHandler(blockedFor(65_000.4))
    const heldBackBy = { pid: 4711, database: 'reports', milliseconds: 65_000 }
    expect(await ask(handler, '/healthz')).toMatchObject({
      status: 200,
      json: { status: 'ok', followers_held_back_by: heldBackBy },
    })
    expect(handler.logged).toMatchObject([
      { status: 200, outcome: 'followers-held-back', held_back_by: heldBackBy },
    ])
    expect((await ask(aHandler(blockedFor(null)), '/healthz')).json).toMatchObject({
      followers_held_back_by: { pid: 4711, database: 'reports', milliseconds: null },
    })
    // Every transaction holds followers back for a moment.
    expect((await ask(aHandler(blockedFor(5)), '/healthz')).json).toEqual({ status: 'ok' })
  })

  it.each(DRIVERS.map((driver) => ({ driver })))(
    'health is 503 while another process holds the SQLite file, and 200 after it ($driver)',
    async ({ driver }) => {
      const path = await newPath()
      const store = await openSqliteStore({ path, driver, busyTimeoutMilliseconds: 200 })
      const handler = aHandler(openClients({ store }))
      expect((await ask(handler, '/healthz')).status).toBe(200)
      const other = await rawDatabase(driver, path)
      other.exec('BEGIN IMMEDIATE')
      expect((await ask(handler, '/healthz')).status).toBe(503)
      other.exec('ROLLBACK')
      expect((await ask(handler, '/healthz')).status).toBe(200)
      other.close()
      await store.close()
    },
  )
})

describe('bounds', () => {
  it('of many lists of other moments, those that find no room are answered 429 with Retry-After', async () => {
    const handler = aHandler(inMemory())
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => ask(handler, `/v1/clients?as_of=${T0 + index}`)),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.length).toBe(35)
    for (const { status, headers, json } of refused) {
      expect(status).toBe(429)
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(json).toMatchObject({ errors: [{ code: 'too_many_requests' }] })
    }
  })

  it('a delivery beyond a thousand that wait is answered 503 at once', async () => {
    let recorded = 0
    let release: () => void = () => undefined
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    const store = openMemoryStore()
    const clients = openClients({
      store: {
        ...store,
        record: async (events) => {
          recorded += 1
          await isReleased
          return store.record(events)
        },
      },
    })
    const handler = aHandler(clients)
    const deliver = (id: string) => ask(handler, '/webhooks/clerk', delivery(id, BODY))
    const waiting = Array.from({ length: 1000 }, (_, index) => deliver(`msg_${index}`))
    await expect.poll(() => recorded).toBe(1000)
    expect((await deliver('msg_1000')).status).toBe(503)
    release()
    const statuses = (await Promise.all(waiting)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await deliver('msg_1000')).status).toBe(200)
  })
})
