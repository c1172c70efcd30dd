import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import {
  openPostgresStore,
  postgresGrants,
  postgresViewsGrants,
} from '../../src/stores/postgres/index.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { idsOf, THREE_CLIENTS } from './given.js'

describeWithPostgres('lists by role', (server) => {
  it('a role that may only select answers lists, from memory', async () => {
    const database = await server().newDatabase()
    const owner = openClients({ store: await openPostgresStore(server().url(database)) })
    await owner.record(THREE_CLIENTS)
    await server().run(
      database,
      'create role auditor login',
      ...postgresGrants('clientfold', 'auditor', 'read'),
    )
    const reader = openClients({
      store: await openPostgresStore(server().url(database, 'auditor')),
    })
    expect(idsOf(await reader.list())).toEqual(['c', 'b', 'a'])
    await owner.list()
    await owner.record(aSessionEvent({ client_id: 'd', id: 'sess_4', created_at: T0 + DAY }))
    expect(idsOf(await reader.list())).toEqual(['d', 'c', 'b', 'a'])
    expect((await reader.session('sess_4'))?.client_id).toBe('d')
    expect((await reader.sessions({ userId: 'user_2' })).totalCount).toBe(1)
    await Promise.all([owner.close(), reader.close()])
  })

  it('a role with the rights of postgresViewsGrants keeps the views up that the owner made', async () => {
    const database = await server().newDatabase()
    const owner = openClients({ store: await openPostgresStore(server().url(database)) })
    await owner.record(THREE_CLIENTS)
    await owner.views.rebuild()
    await server().run(
      database,
      'create role keeper login',
      ...postgresGrants('clientfold', 'keeper'),
      ...postgresViewsGrants('clientfold', 'keeper'),
    )
    const keeper = openClients({ store: await openPostgresStore(server().url(database, 'keeper')) })
    await keeper.record(aSessionEvent({ client_id: 'd', id: 'sess_4', created_at: T0 + DAY }))
    expect(idsOf(await keeper.list({ limit: 2 }))).toEqual(['d', 'c'])
    expect(await keeper.views.status()).toMatchObject({ clients: 4, sessions: 4 })
    await keeper.views.rebuild()
    expect(await owner.views.status()).toMatchObject({ clients: 4, sessions: 4 })
    await Promise.all([owner.close(), keeper.close()])
  })
})
