import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ClientEvent } from '../../../src/events/client-event.js'
import { eventText, textIdentity } from '../../../src/events/encode-event.js'
import { CorruptRecord } from '../../../src/event-store/store-error.js'
import { aSessionEvent } from '../../given.js'
import {
  anEvent,
  deliveryOf,
  describeWithPostgres,
  givenStore,
  idsIn,
  readEverything,
  rejectionOf,
} from './given.js'

/** The size of the largest text that comes with its page, in bytes. */
const LARGEST_JOINED = 16_384

/** An event whose text has exactly this many bytes, including `fill`. */
const anEventOf = (bytes: number, id: string, fill = 'x'): ClientEvent => {
  const clientId = `client of ${id}`
  const withActor = (note: string): ClientEvent =>
    aSessionEvent({ client_id: clientId, id: `sess_${id}`, actor: { note } }, { id })
  const sizeOf = (event: ClientEvent): number => Buffer.byteLength(JSON.stringify(event))
  const missing = bytes - sizeOf(withActor(fill))
  const event = withActor(fill + 'x'.repeat(missing))
  expect(sizeOf(event)).toBe(bytes)
  return event
}

/** An event as a short text, for a readable difference. */
const printOf = ({ recorded_at: _, ...event }: ClientEvent): string =>
  `${event.id ?? ''} ${textIdentity(eventText(event))}`

describeWithPostgres('the PostgreSQL reading of everything', (server) => {
  it('a reading gives many pages in order, ends at its signal, and rejects after the store is closed', async () => {
    const { store } = await givenStore(server())
    const ids = Array.from({ length: 4500 }, (_, place) => `msg_${place}`)
    for (let first = 0; first < ids.length; first += 250) {
      await store.record(ids.slice(first, first + 250).map((id) => anEvent('c', id)))
    }
    expect(await idsIn(store)).toEqual(ids)

    const over = new AbortController()
    const seen: string[] = []
    for await (const recorded of store.readAll({ signal: over.signal })) {
      if (seen.push(deliveryOf(recorded)) === 2150) over.abort()
    }
    expect(seen).toEqual(ids.slice(0, 2150))

    // The next page has been requested when the reader stops.
    for await (const recorded of store.readAll()) {
      if (deliveryOf(recorded) === 'msg_7') break
    }
    const reading = store.readAll()[Symbol.asyncIterator]()
    await reading.next()
    await store.close()
    await expect(reading.next()).rejects.toMatchObject({ reason: 'closed' })
  })

  it('a reading ends with its last page, full or not', async () => {
    const { store } = await givenStore(server())
    expect(await readEverything(store)).toEqual([])
    const ids = Array.from({ length: 2001 }, (_, place) => `msg_${place}`)
    for (const [first, count] of [
      [0, 1999],
      [1999, 2000],
      [2000, 2001],
    ] as const) {
      await store.record(ids.slice(first, count).map((id) => anEvent('c', id)))
      const read = await readEverything(store)
      expect(read.map(deliveryOf)).toEqual(ids.slice(0, count))
      expect(read).toEqual(await store.readClient('c'))
    }
    await store.close()
  })

  it('a reading gives events of any size in their places', { timeout: 60_000 }, async () => {
    const { store } = await givenStore(server())
    const written: ClientEvent[] = []
    const write = async (events: ReadonlyArray<ClientEvent>): Promise<void> => {
      await store.record(events)
      written.push(...events)
      const read = await readEverything(store)
      expect(read.map(({ event }) => printOf(event))).toEqual(written.map(printOf))
    }
    await write(
      [-1, 0, 1, 2_000_000].flatMap((more, place) => [
        anEventOf(LARGEST_JOINED + more, `ascii_${place}`),
        anEventOf(LARGEST_JOINED + more, `wide_${place}`, 'ß'.repeat(5_000) + '🙂'),
        anEventOf(600, `small_${place}`, '\u001e,\n\t"\\\u2028'),
      ]),
    )
    // At the edges of parts and of pages.
    const edges = new Set([248, 249, 250, 251, 1998, 1999, 2000, 2001])
    const many = Array.from({ length: 2100 }, (_, place) =>
      anEventOf(edges.has(place + 12) ? LARGEST_JOINED + 1 : 600, `many_${place}`),
    )
    await write(many)
    let turn = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(600, 700, LARGEST_JOINED, LARGEST_JOINED + 1), { minLength: 1 }),
        async (sizes) => {
          turn += 1
          await write(sizes.map((bytes, place) => anEventOf(bytes, `any_${turn}_${place}`)))
        },
      ),
      { numRuns: 10 },
    )
    await store.close()
  })

  it('a reading leaves out an event that is erased meanwhile', async () => {
    const { store } = await givenStore(server())
    await store.record([
      anEventOf(600, 'first'),
      anEventOf(LARGEST_JOINED + 1, 'erased'),
      anEventOf(LARGEST_JOINED + 1, 'stays'),
      anEventOf(600, 'last'),
    ])
    const seen: string[] = []
    for await (const recorded of store.readAll()) {
      if (seen.push(deliveryOf(recorded)) === 1) await store.eraseClient('client of erased')
    }
    expect(seen).toEqual(['first', 'stays', 'last'])
    await store.close()
  })

  it('a reading gives all events before a damaged record, and then rejects with its position', async () => {
    const { database, store } = await givenStore(server())
    const client = await server().connect(database)
    await store.record(['a', 'b', 'c', 'd'].map((id) => anEvent('client', id)))
    const [, , damaged] = await readEverything(store)
    const damages = [
      `''`,
      `'{'`,
      `chr(30)`,
      `text || chr(30)`,
      `chr(30) || text`,
      `text || chr(30) || text`,
      `overlay(text placing chr(30) from 10)`,
    ]
    const { rows } = await client.query<{ text: string }>(
      `select text from clientfold.events where event_key = 'c'`,
    )
    for (const damage of damages) {
      await client.query(`update clientfold.events set text = ${damage} where event_key = 'c'`)
      const seen: string[] = []
      const reading = (async () => {
        for await (const recorded of store.readAll()) seen.push(deliveryOf(recorded))
      })()
      const error = await rejectionOf(reading)
      expect(error).toBeInstanceOf(CorruptRecord)
      expect(error).toMatchObject({ position: damaged?.position })
      expect(seen).toEqual(['a', 'b'])
      await client.query(`update clientfold.events set text = $1 where event_key = 'c'`, [
        rows[0]?.text,
      ])
    }
    expect(await idsIn(store)).toEqual(['a', 'b', 'c', 'd'])
    await Promise.all([client.end(), store.close()])
  })
})
