import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../../src/events/client-event.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, newPath, rawDatabase } from './given.js'

const ROUNDS = 12
const CLIENTS_OF_ROUND = 200
const EVENTS_OF_ROUND = 600
const DELETIONS_OF_ROUND = 150

interface ClientWords {
  readonly clientId: string
  readonly sessionId: string
  /** All words of the client's events. */
  readonly words: string[]
}

/** Words that occur nowhere else, and random numbers that are the same in every run. */
const createSource = () => {
  let [state, serial] = [1, 0]
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  /** Usually a few words and sometimes many, because SQLite moves rows whose sizes differ. */
  const words = (most: number): ReadonlyArray<string> =>
    Array.from({ length: 1 + Math.floor(chance() ** 4 * most) }, () => {
      serial += 1
      return `Z${(Math.imul(serial, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}z`
    })
  return { chance, words }
}

const WORD = /Z[0-9a-f]{8}z/g

describe.each(DRIVERS)('the SQLite file on %s', (driver) => {
  it('deleted words can stay between the rows in spite of secure_delete, until a scrub rewrites the file', async () => {
    const path = await newPath()
    const database = await rawDatabase(driver, path)
    const store = await openSqliteStore({ driver: database })
    const { chance, words } = createSource()
    const live: ClientWords[] = []
    const gone = new Set<string>()
    const deletions = ['events', 'session_clients', 'user_clients'].map((table) =>
      database.prepare(`DELETE FROM ${table} WHERE client_key = ?`),
    )

    const addClient = (): void => {
      const [client, session] = [words(30), words(20)]
      const ids = { clientId: client.join('_'), sessionId: session.join('_') }
      live.push({ ...ids, words: [...client, ...session] })
    }
    const addEvent = (): ClientEvent => {
      const client = live[Math.floor(chance() * live.length)]!
      const [delivery, city] = [words(30), words(60)]
      client.words.push(...delivery, ...city)
      const latest_activity = { id: 'x', object: 'y', is_mobile: false, city: city.join(' ') }
      return aSessionEvent(
        { client_id: client.clientId, id: client.sessionId, latest_activity },
        { id: delivery.join('_') },
      )
    }
    const deleteClient = (): void => {
      const [client] = live.splice(Math.floor(chance() * live.length), 1)
      for (const deletion of deletions) deletion.run(client!.clientId)
      for (const word of client!.words) gone.add(word)
    }
    const traces = async (): Promise<number> => {
      const found = (await readFile(path, 'latin1')).match(WORD) ?? []
      expect(found.length).toBeGreaterThan(1000)
      return found.filter((word) => gone.has(word)).length
    }

    for (let round = 0; round < ROUNDS; round++) {
      for (let count = 0; count < CLIENTS_OF_ROUND; count++) addClient()
      await store.record(Array.from({ length: EVENTS_OF_ROUND }, addEvent))
      database.exec('BEGIN')
      for (let count = 0; count < DELETIONS_OF_ROUND; count++) deleteClient()
      database.exec('COMMIT')
    }
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    const before = await traces()
    await store.scrub()
    const after = await traces()
    console.log(
      `SQLite on ${driver}: of ${gone.size} words deleted, secure_delete left ${before}, scrub ${after}`,
    )
    expect(before).toBeGreaterThan(0)
    expect(after).toBe(0)
    await store.close()
    database.close()
  })
})
