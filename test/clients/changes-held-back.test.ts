import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { anEvent, describeWithPostgres } from '../stores/postgres/given.js'

describeWithPostgres('changes of a PostgreSQL store with a forgotten transaction', (server) => {
  it('a transaction that stays open in another database delays no change, and a reader goes on after a position', async () => {
    const url = server().url(await server().newDatabase())
    const [reader, writer] = [
      openClients({ store: await openPostgresStore(url) }),
      openClients({ store: await openPostgresStore(url) }),
    ]
    const forgotten = await server().connect(await server().newDatabase())
    await forgotten.query('begin')
    await forgotten.query('select pg_current_xact_id()')
    const started = performance.now()
    const end = new AbortController()
    const ids: Array<string | null> = []
    let position: string | undefined
    let begun = false
    const onProgress = (): void => {
      if (!begun) void writer.record(anEvent('client_1', 'msg_1'))
      begun = true
    }
    for await (const change of reader.changes({ signal: end.signal, onProgress })) {
      ids.push(change.clientId)
      if (ids.length < 5)
        await writer.record(anEvent(`client_${ids.length + 1}`, `msg_${ids.length + 1}`))
      else end.abort()
      if (ids.length === 2) position = change.position
    }
    expect(ids).toEqual(['client_1', 'client_2', 'client_3', 'client_4', 'client_5'])
    // Followers in order would have waited for the transaction.
    expect(performance.now() - started).toBeLessThan(10_000)
    const again: Array<string | null> = []
    for await (const { clientId } of reader.changes({ after: position })) {
      again.push(clientId)
      if (clientId === 'client_5') break
    }
    expect(again).toEqual(expect.arrayContaining(['client_3', 'client_4', 'client_5']))
    await Promise.all([forgotten.end(), reader.close(), writer.close()])
  })
})
