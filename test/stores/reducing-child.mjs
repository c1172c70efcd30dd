// A process that compacts the built store and forgets sessions, for the tests that kill it or measure it.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openPostgresStore } from '../../dist/stores/postgres/index.js'
import { openSqliteStore } from '../../dist/stores/sqlite/index.js'

const [kind, place, driver, before, overBefore, archivePath, writes] = process.argv.slice(2)

/** Writes to the pipe at once, so that a kill loses no complete line. */
const print = (line) => writeSync(1, `${line}\n`)

/** An event of a client of its own, after every moment of the tests. */
const liveEvent = (n) => ({
  ...{ object: 'event', type: 'session.created', id: `live_${process.pid}_${n}` },
  data: {
    ...{ object: 'session', id: `sess_live_${process.pid}_${n}`, user_id: 'user_live' },
    ...{ client_id: `live_${process.pid}_${n % 7}`, status: 'active' },
    ...{ last_active_at: 4102444800000, expire_at: 4102444800000, abandon_at: 4102444800000 },
    ...{ updated_at: 4102444800000, created_at: 4102444800000 },
  },
})

const open = () =>
  kind === 'sqlite' ? openSqliteStore({ path: place, driver }) : openPostgresStore(place)

/** Writes what is dropped before it is deleted. */
const archive = (recorded) => {
  const file = openSync(archivePath, 'a')
  writeSync(file, recorded.map(({ event }) => `${JSON.stringify(event)}\n`).join(''))
  fsyncSync(file)
  closeSync(file)
  return Promise.resolve()
}

const store = await open()
let isOver = false
const writing = async () => {
  for (let n = 0; !isOver; n++) {
    const [outcome] = await store.record([liveEvent(n)])
    print(`${outcome._tag} live_${process.pid}_${n}`)
    await pause(3)
  }
}
print('started')
const written = writes === 'yes' ? writing() : Promise.resolve()
const started = performance.now()
const compacted = await store.compact(Number(before), { archive })
const forgotten = await store.forget(Number(overBefore))
isOver = true
await written
print(`done ${JSON.stringify({ compacted, forgotten, milliseconds: performance.now() - started })}`)
await store.close()
