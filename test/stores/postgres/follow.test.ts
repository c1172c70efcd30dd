import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { anEvent, deliveryOf, describeWithPostgres, givenStore } from './given.js'
import { startProxy } from './proxy.js'

describeWithPostgres('a follower of the PostgreSQL store', (server) => {
  it('a follower reads on where it was when the server was away for some seconds', async () => {
    const { store: writer, database } = await givenStore(server())
    const proxy = await startProxy(server().port)
    const url = new URL(server().url(database))
    url.port = String(proxy.port)
    const store = await openPostgresStore(String(url))
    const stop = new AbortController()
    const [seen, reports]: [string[], string[]] = [[], []]
    const following = (async () => {
      const events = store.follow({
        signal: stop.signal,
        onFailure: ({ reason }) => reports.push(reason),
        onRecovery: () => reports.push('recovered'),
      })
      for await (const recorded of events) seen.push(deliveryOf(recorded))
    })()
    await writer.record([anEvent('client_1', 'before')])
    await expect.poll(() => seen).toEqual(['before'])
    proxy.refuseAll(true)
    await writer.record([anEvent('client_1', 'meanwhile')])
    await delay(1500)
    expect(seen).toEqual(['before'])
    proxy.refuseAll(false)
    await expect.poll(() => seen, { timeout: 6000 }).toEqual(['before', 'meanwhile'])
    await writer.record([anEvent('client_2', 'after')])
    await expect.poll(() => seen, { timeout: 3000 }).toEqual(['before', 'meanwhile', 'after'])
    expect(new Set(reports)).toEqual(new Set(['unreachable', 'recovered']))
    stop.abort()
    await following
    await Promise.all([store.close(), writer.close(), proxy.close()])
  })
})
