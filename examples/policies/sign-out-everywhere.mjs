// After a change of password: every live session of the user is revoked, on every device. Clerk's API has no
// request for that; the log knows all sessions, also those on devices that the service never saw.
import { openClients, openMemoryStore } from 'clientfold'
import { startFakeClerk } from './fake-clerk.mjs'
import { liveSessions, printDevices, signIn } from './people.mjs'

/** Answers how many sessions it revoked. A session that began meanwhile is found by the next round. */
const signOutEverywhere = async ({ clients, clerk, userId }) => {
  // The webhook of a revocation may come late, and each session is revoked once.
  const revoked = new Set()
  for (;;) {
    const live = await liveSessions(clients, userId)
    const left = live.filter(({ session }) => !revoked.has(session.id))
    if (left.length === 0) return revoked.size
    for (const { session } of left) {
      await clerk.sessions.revokeSession(session.id)
      revoked.add(session.id)
    }
  }
}

const clients = openClients({ store: openMemoryStore() })
const { clerk, stop } = await startFakeClerk(clients)
const at = Date.now()
await clients.record([
  signIn('desktop', { at, ip: '203.0.113.7', city: 'Oslo', country: 'NO' }),
  signIn('phone', { at, ip: '198.51.100.4', city: '東京', country: 'JP' }),
])

const revoked = await signOutEverywhere({ clients, clerk, userId: 'user_ada' })
console.log(`Revoked ${revoked} sessions of Ada:`)
await printDevices(clients)
stop()
