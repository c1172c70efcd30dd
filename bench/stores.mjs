// The stores, the bare drivers and other libraries, with fsync, in one run, in turn; medians.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { describeMachine } from './measure.mjs'
import { benchPostgres } from './stores-postgres.mjs'
import { benchMemory, benchSqlite } from './stores-sqlite.mjs'
import { startPostgres } from './start-postgres.mjs'

const peers = createRequire(new URL('./peers/package.json', import.meta.url))
const importPeer = async (name) => {
  if (!existsSync(new URL('./peers/node_modules', import.meta.url))) return undefined
  return import(pathToFileURL(peers.resolve(name)).href)
}

console.log(`${describeMachine()}\nnode bench/stores.mjs`)
const castore = await importPeer('@castore/event-storage-adapter-in-memory')
if (castore !== undefined) {
  const { InMemoryEventStorageAdapter } = castore
  await benchMemory(() => new InMemoryEventStorageAdapter({}))
}
await benchSqlite()

const server = await startPostgres()
try {
  const emmett = await importPeer('@event-driven-io/emmett-postgresql')
  const other = emmett?.getPostgreSQLEventStore(server.url())
  await benchPostgres(server.url(), other)
  await other?.close()
  // Emmett keeps a pool open after its close: its connections fail when the server ends.
  process.on('uncaughtException', (error) => {
    if (error.code !== '57P01') throw error
  })
} finally {
  await server.stop()
}
