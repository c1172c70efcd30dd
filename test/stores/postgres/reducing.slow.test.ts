import { expect, it } from 'vitest'
import { eventText } from '../../../src/events/encode-event.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { openPostgresStore, postgresGrants } from '../../../src/stores/postgres/index.js'
import { aSessionEvent, DAY, T0 } from '../../given.js'
import { accepted, describeWithPostgres, givenStore, rejectionOf } from './given.js'

const OVER = aSessionEvent({ id: 'sess_over', status: 'ended' }, { id: 'msg_1' })
const FRESH = aSessionEvent(
  { id: 'sess_fresh', expire_at: T0 + 9 * DAY, abandon_at: T0 + 9 * DAY },
  { id: 'msg_2' },
)

describeWithPostgres('the PostgreSQL store that is compacted', (server) => {
  it.each([
    { name: 'a forgetting', erase: (store: EventStore) => store.forget(T0 + DAY) },
    { name: 'an erasure of a client', erase: (store: EventStore) => store.eraseClient('client_1') },
    { name: 'an erasure of a user', erase: (store: EventStore) => store.eraseUser('user_1') },
  ])(
    'after $name, an event that was written by a statement that saw the old look-up row has its row',
    async ({ erase }) => {
      const { store, database } = await givenStore(server())
      accepted(await store.append('client_1', [OVER], 0))
      // What such a statement leaves: the event, without the row of its user, which it had found.
      const text = eventText(FRESH).replaceAll("'", "''")
      await server().run(
        database,
        `create function late_event() returns trigger language plpgsql as $$ begin
        insert into clientfold.events (client_key, revision, event_key, recorded_at, text)
        values ('client_1', 2, 'msg_2', ${T0}, '${text}');
        return null;
      end $$`,
        'create trigger late after insert on clientfold.erasures execute function late_event()',
      )
      await erase(store)
      expect(await store.clientsOfUser('user_1')).toEqual(['client_1'])
      expect(await store.clientsOfSession('sess_fresh')).toEqual(['client_1'])
      expect(await store.clientsOfSession('sess_over')).toEqual([])
      const damages: unknown[] = []
      await store.check({ onDamage: (damage) => damages.push(damage) })
      expect(damages).toEqual([])
      await store.close()
    },
  )

  it('a role with the rights to erase can compact and forget, and one that only writes cannot', async () => {
    const { store: asOwner, database } = await givenStore(server())
    await server().run(database, 'create role reducer login', 'create role writer login')
    await server().run(database, ...postgresGrants('clientfold', 'reducer', 'erase'))
    await server().run(database, ...postgresGrants('clientfold', 'writer'))
    const before = { ...OVER, id: 'msg_0', recorded_at: T0 }
    await asOwner.append('client_1', [before, { ...FRESH, recorded_at: T0 }], 0)
    await asOwner.record([{ ...before, id: 'msg_3' }])
    const writer = await openPostgresStore(server().url(database, 'writer'))
    for (const reducing of [writer.compact(T0 + DAY), writer.forget(T0 + DAY)]) {
      expect(await rejectionOf(reducing)).toMatchObject({ reason: 'denied' })
    }
    expect(await writer.horizon()).toBeNull()
    const reducer = await openPostgresStore(server().url(database, 'reducer'))
    expect(await reducer.compact(T0 + DAY)).toMatchObject({ damaged: 0 })
    expect(await reducer.forget(T0 + DAY)).toMatchObject({ sessions: 1 })
    expect(await writer.horizon()).toBe(T0 + DAY)
    expect(await writer.record([before])).toEqual([{ _tag: 'Erased', what: 'session' }])
    await Promise.all([asOwner, writer, reducer].map((store) => store.close()))
  })
})
