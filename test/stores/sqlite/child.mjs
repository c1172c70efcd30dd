// A process that uses the built store, for tests that kill it, trace it, or let several compete.
import { createRequire } from 'node:module'
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openSqliteStore } from '../../../dist/stores/sqlite/index.js'

const [work, path, driver, ...rest] = process.argv.slice(2)

/** Writes to the pipe at once, so that a kill loses no complete line. */
const print = (line) => writeSync(1, `${line}\n`)

const eventOf = (id, clientId, sessionId = `sess_${clientId}`) => ({
  object: 'event',
  type: 'session.created',
  id,
  data: {
    object: 'session',
    id: sessionId,
    user_id: `user_${clientId}`,
    client_id: clientId,
    status: 'active',
    last_active_at: 1716883200000,
    expire_at: 1716883200000,
    abandon_at: 1716883200000,
    updated_at: 1716883200000,
    created_at: 1716883200000,
  },
})

/** Appends and records without end, and prints each acknowledged id. */
const write = async ([round]) => {
  const store = await openSqliteStore({ path, driver })
  for (let turn = 0; ; turn++) {
    const id = (name) => `${round}-${turn}-${name}`
    const [client, other] = [`client_${turn % 7}`, `client_${turn % 5}`]
    const both = [eventOf(id('a'), client), eventOf(id('b'), client)]
    const appending = store.append(client, both, 'any')
    const recording = store.record([eventOf(id('c'), client), eventOf(id('d'), other)])
    await appending
    await recording
    print(['a', 'b', 'c', 'd'].map(id).join(' '))
  }
}

/** The driver's handle, with another setting of `synchronous` than the store's. */
const weakened = (setting) => {
  const require = createRequire(import.meta.url)
  const Database = driver === 'libsql' ? require('libsql') : require('node:sqlite').DatabaseSync
  const database = new Database(path)
  return {
    exec: (sql) => database.exec(sql.replace('synchronous = FULL', `synchronous = ${setting}`)),
    prepare: (sql) => database.prepare(sql),
    close: () => database.close(),
  }
}

/** Appends some events, and prints each. */
const append = async ([setting, count]) => {
  const store = await openSqliteStore(
    setting === 'FULL' ? { path, driver } : { driver: weakened(setting) },
  )
  print('open')
  for (let index = 0; index < Number(count); index++) {
    await store.append(`client_${index}`, [eventOf(`event_${index}`, `client_${index}`)], 0)
    print(`ack ${index}`)
  }
  // Without closing the store, because that syncs too.
  process.exit(0)
}

/** Competes with other processes for one revision after the other. */
const contend = async ([name, contenders, rounds]) => {
  const store = await openSqliteStore({ path, driver, busyTimeoutMilliseconds: 30_000 })
  for (let round = 0; round < Number(rounds); round++) {
    const answers = await Promise.all(
      Array.from({ length: Number(contenders) }, (_, index) =>
        store.append('client_1', [eventOf(`${name}-${round}-${index}`, 'client_1')], round),
      ),
    )
    for (const answer of answers) if (answer._tag === 'Right') print(`${round} ${name}`)
  }
  await store.close()
}

/** Records until it is refused, and prints the outcome. */
const recordOn = async ([name, patience, limit]) => {
  try {
    const store = await openSqliteStore({ path, driver, busyTimeoutMilliseconds: Number(patience) })
    for (let serial = 0; serial < Number(limit); serial++) {
      await store.record([eventOf(`${name}-${serial}`, 'client_1')])
      print('recorded')
      await pause(20)
    }
    await store.close()
  } catch (error) {
    print(`${error.reason}: ${error.message}`)
    process.exit(0)
  }
}

const refusalOf = async (calling) => {
  try {
    await calling()
    return 'nothing was refused'
  } catch (error) {
    return `${error.name} ${error.reason}: ${error.message}`
  }
}

/** Reads without the right to write, again at each signal, and prints what it reads. */
const readOnly = async () => {
  const opening = openSqliteStore({ path, driver, readOnly: true })
  const refusal = await refusalOf(() => opening)
  if (refusal !== 'nothing was refused') return print(refusal)
  const store = await opening
  const read = async () => {
    let events = 0
    for await (const { revision } of store.readAll()) events += Math.min(revision, 1)
    const clients = (await store.clientIds()).length
    print(`${events} events, ${clients} clients, position ${await store.lastPosition()}`)
  }
  await read()
  print(await refusalOf(() => store.record([eventOf('new', 'client_1')])))
  print(await refusalOf(() => store.checkWritable()))
  process.on('SIGUSR2', () => void refusalOf(read).then(print))
  process.on('SIGTERM', async () => {
    await store.close()
    process.exit(0)
  })
  print('waiting')
  await pause(60_000)
}

await { write, append, contend, recordOn, readOnly }[work](rest)
