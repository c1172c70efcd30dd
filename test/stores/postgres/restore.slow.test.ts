import { afterAll, beforeAll, expect, it } from 'vitest'
import { ForeignPosition } from '../../../src/event-store/store-error.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import {
  anEvent,
  deliveryOf,
  describeWithPostgres,
  firstOf,
  givenStore,
  readEverything,
  rejectionOf,
} from './given.js'
import { PostgresServer } from './server.js'

describeWithPostgres('the restore of a PostgreSQL dump', (server) => {
  let younger: PostgresServer
  beforeAll(async () => {
    younger = await PostgresServer.start()
  })
  afterAll(async () => {
    await younger.stop()
  })

  it('a dump that is restored into a younger server opens, keeps its order, and refuses the old positions', async () => {
    const { database, store } = await givenStore(server())
    // Transactions that the younger server has not counted yet.
    const client = await server().connect(database)
    await client.query(
      'do $$ begin for n in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$',
    )
    await client.end()
    const ids = Array.from({ length: 200 }, (_, place) => `msg_${place}`)
    for (const [place, id] of ids.entries()) {
      await store.record([anEvent(`client_${place % 20}`, id)])
    }
    const old = await readEverything(store)
    await store.eraseClient('client_7')
    await store.close()

    const dump = server().runProgram('pg_dump', ['-d', server().url(database)])
    const target = await younger.newDatabase()
    younger.runProgram('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-d', younger.url(target)], dump)
    const restored = await openPostgresStore(younger.url(target))
    const expected = old.filter((_, place) => place % 20 !== 7)
    const all = await readEverything(restored)
    expect(all.map(({ event, revision }) => [event, revision])).toEqual(
      expected.map(({ event, revision }) => [event, revision]),
    )
    let refused = 0
    for (const { position } of old) {
      const reading = firstOf(restored.readAll({ after: position }))
      expect(await rejectionOf(reading)).toBeInstanceOf(ForeignPosition)
      refused += 1
    }
    const end = await restored.lastPosition()
    const fresh = Array.from({ length: 20 }, (_, place) => `fresh_${place}`)
    for (const id of fresh) await restored.record([anEvent('client_1', id)])
    const seen: string[] = []
    for await (const recorded of restored.follow({ after: end })) {
      if (seen.push(deliveryOf(recorded)) === fresh.length) break
    }
    const [late] = await restored.record([anEvent('client_7', 'late')])
    console.log(
      `restore into a younger server: ${all.length} of ${expected.length} events in their order, ` +
        `${refused} of ${old.length} old positions refused, ${seen.length} of ${fresh.length} new events followed`,
    )
    expect(seen).toEqual(fresh)
    expect(late?._tag).toBe('Erased')
    await restored.close()
  })
})
