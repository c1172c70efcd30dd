// At most two sessions a user: when a webhook reports one more, the session that was created first is revoked.
import { openClients, openMemoryStore } from 'clientfold'
import { startFakeClerk } from './fake-clerk.mjs'
import { liveSessions, nameOf, printDevices, signIn } from './people.mjs'

const MOST_SESSIONS = 2

/** Revokes the oldest sessions beyond the limit. Two processes that do so at once do no harm. */
const enforceLimit = async ({ clients, clerk, userId }) => {
  const newestFirst = (await liveSessions(clients, userId, { impersonated: 'drop' })).sort(
    (left, right) => right.session.created_at - left.session.created_at,
  )
  for (const { session, device } of newestFirst.slice(MOST_SESSIONS)) {
    await clerk.sessions.revokeSession(session.id)
    console.log(`Too many sessions: signed out ${nameOf(device)}.`)
  }
}

const clients = openClients({ store: openMemoryStore() })
const { clerk, stop } = await startFakeClerk(clients)

const now = Date.now()
const signIns = [
  signIn('desktop', { at: now - 2000, ip: '203.0.113.7', city: 'Oslo', country: 'NO' }),
  signIn('laptop', { at: now - 1000, ip: '203.0.113.8', city: 'Bergen', country: 'NO' }),
  signIn('phone', { at: now, ip: '198.51.100.4', city: '東京', country: 'JP' }),
]
for (const event of signIns) {
  await clients.record(event)
  await enforceLimit({ clients, clerk, userId: event.data.user_id })
}
console.log('Ada is signed in on:')
await printDevices(clients)
stop()
