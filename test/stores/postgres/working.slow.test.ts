import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { clientIdOf } from '../../../src/events/client-event.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { aSessionEvent } from '../../given.js'
import { anEvent, deliveryOf, describeWithPostgres, givenStore, readEverything } from './given.js'

describeWithPostgres('the PostgreSQL store', (server) => {
  describe('races', () => {
    it('of 64 appends through four stores for one revision, one wins', async () => {
      const url = server().url(await server().newDatabase())
      const stores = await Promise.all([url, url, url, url].map(openPostgresStore))
      for (let round = 0; round < 10; round++) {
        const answers = await Promise.all(
          Array.from({ length: 64 }, (_, place) =>
            stores[place % 4]!.append('c', [anEvent('c', `msg_${round}_${place}`)], round),
          ),
        )
        expect(answers.filter(E.isRight)).toHaveLength(1)
        const conflict = E.left({ _tag: 'RevisionConflict', actual: round + 1 })
        expect(answers.filter(E.isLeft)).toEqual(Array(63).fill(conflict))
      }
      await Promise.all(stores.map((store) => store.close()))
    })

    it('concurrent batches with the same events in any order record each event once', async () => {
      const url = server().url(await server().newDatabase())
      const stores = await Promise.all([url, url].map(openPostgresStore))
      const events = Array.from({ length: 300 }, (_, place) =>
        anEvent(`c${place % 250}`, `msg_${place}`),
      )
      // The same event ids for other clients: the clients' locks do not order these.
      const crossed = Array.from({ length: 50 }, (_, place) => anEvent(`x${place}`, `msg_${place}`))
      const outcomes = await Promise.all(
        Array.from({ length: 24 }, (_, turn) => {
          const some = turn % 2 === 0 ? events : events.slice(turn, turn + 100)
          const turned = turn % 3 === 0 ? [...some].reverse() : some
          return stores[turn % 2]!.record(turn % 5 === 4 ? crossed : turned)
        }),
      )
      const tags = outcomes.flat().map(({ _tag }) => _tag)
      expect(tags.filter((tag) => tag === 'Recorded')).toHaveLength(300)
      expect(tags).toContain('EventIdConflict')
      const all = await readEverything(stores[0]!)
      expect(new Set(all.map(deliveryOf)).size).toBe(300)
      await Promise.all(stores.map((store) => store.close()))
    })

    it('a user with more clients than one transaction erases is erased from all of them', async () => {
      const { store } = await givenStore(server())
      const clientIds = Array.from({ length: 120 }, (_, n) => `c${n}`)
      await store.record(clientIds.map((id) => anEvent(id, `msg_${id}`)))
      expect(await store.eraseUser('user_1')).toBe(120)
      expect(await store.clientIds()).toEqual([])
      expect(await store.clientsOfUser('user_1')).toEqual([])
      expect((await store.erasures(0)).clients).toHaveLength(120)
      await store.close()
    })

    it('concurrent erasures and appends leave no event of an erased client', async () => {
      const { store } = await givenStore(server())
      const clientIds = Array.from({ length: 8 }, (_, place) => `client_${place}`)
      await Promise.all(
        clientIds.flatMap((clientId) => [
          ...Array.from({ length: 4 }, async (_, writer) => {
            for (let turn = 0; turn < 20; turn++) {
              const event = anEvent(clientId, `msg_${clientId}_${writer}_${turn}`)
              if (turn % 2 === 0) await store.append(clientId, [event], 'any')
              else await store.record([event, anEvent('stays', `msg_stays_${event.id ?? ''}`)])
            }
          }),
          store.eraseClient(clientId),
        ]),
      )
      expect(await store.clientIds()).toEqual(['stays'])
      expect(await store.clientsOfUser('user_1')).toEqual(['stays'])
      expect(await store.readClient('stays')).toHaveLength(8 * 4 * 10)
      await store.close()
    })
  })

  describe('ids', () => {
    const base = 'ü'.repeat(10_000)
    const ids = [
      ...[
        'a\0',
        'a\\u0000',
        'a',
        '\ud800',
        '\udfff',
        '\\ud800',
        '"',
        '\\',
        "'",
        '%',
        '{a,NULL}',
        ' ',
      ],
      ...[
        base,
        `${base}x`,
        'ü'.repeat(500),
        '\ud800'.repeat(400),
        '😀'.repeat(249),
        'NULL',
        'null',
      ],
    ]

    it('ids of any kind are stored unchanged, and each is found under itself', async () => {
      const { store } = await givenStore(server())
      const events = ids.map((id) =>
        aSessionEvent({ id, client_id: id, user_id: id, last_active_organization_id: id }, { id }),
      )
      const outcomes = await store.record(events)
      expect(outcomes.map(({ _tag }) => _tag)).toEqual(ids.map(() => 'Recorded'))
      expect(await store.clientIds()).toEqual([...ids].sort())
      for (const [place, id] of ids.entries()) {
        const [recorded] = await store.readClient(id)
        expect(recorded?.event).toMatchObject(events[place]!)
        expect(await store.clientsOfUser(id)).toEqual([id])
        expect(await store.clientsOfSession(id)).toEqual([id])
        expect(await store.append(id, [events[place]!], 0)).toEqual(
          E.right({ revision: 1, recorded: [] }),
        )
      }
      expect((await readEverything(store)).map(({ event }) => clientIdOf(event))).toEqual(ids)
      expect(await store.eraseClient(base)).toBe(1)
      expect(await store.clientIds()).toEqual(ids.filter((id) => id !== base).sort())
      await store.close()
    })
  })
})
