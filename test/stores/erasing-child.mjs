// A process that erases from the built store until it is killed, for the tests of kills during erasures.
import { writeSync } from 'node:fs'
import { openPostgresStore } from '../../dist/stores/postgres/index.js'
import { openSqliteStore } from '../../dist/stores/sqlite/index.js'

const [kind, place, round] = process.argv.slice(2)

/** Writes to the pipe at once, so that a kill loses no complete line. */
const print = (line) => writeSync(1, `${line}\n`)

const sessionOf = (userId, clientId) => ({
  ...{ object: 'session', id: `sess_${userId}`, user_id: userId, client_id: clientId },
  ...{ status: 'active', last_active_at: 1716883200000, expire_at: 1716883200000 },
  ...{ abandon_at: 1716883200000, updated_at: 1716883200000, created_at: 1716883200000 },
})

const eventOf = (userId, clientId) => ({
  ...{ object: 'event', type: 'session.created', id: `msg_${userId}` },
  data: sessionOf(userId, clientId),
})

const observationOf = (id, clientId, userIds) => ({
  ...{ object: 'event', type: 'client.observed', id },
  data: {
    ...{ object: 'client', id: clientId, session_ids: [], sign_in_id: null, sign_up_id: null },
    sessions: userIds.map((userId) => sessionOf(userId, clientId)),
    ...{ last_active_session_id: null, last_authentication_strategy: null },
    ...{ updated_at: 1716883200000, created_at: 1716883200000 },
  },
})

const store = await (kind === 'sqlite'
  ? openSqliteStore({ path: place, driver: process.argv[5] })
  : openPostgresStore(place))
for (let turn = 0; ; turn++) {
  const name = `${round}_${turn}`
  const shared = `shared_${turn % 3}`
  const [gone, kept] = [`gone_${name}`, `kept_${name}`]
  await store.record([
    eventOf(gone, shared),
    eventOf(kept, shared),
    observationOf(`observed_${name}`, shared, [gone, kept]),
    eventOf(`owner_${name}`, `device_${name}`),
  ])
  print(`recorded ${name}`)
  await store.eraseUser(gone)
  print(`erased ${name}`)
  await store.eraseClient(`device_${name}`)
  print(`removed ${name}`)
  if (turn % 3 === 2) await store.scrub()
}
