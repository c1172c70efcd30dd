// "Sign out my other devices": only Clerk can end a session, so each one is revoked through Clerk's API.
import { openClients, openMemoryStore } from 'clientfold'
import { startFakeClerk } from './fake-clerk.mjs'
import { liveSessions, nameOf, printDevices, signIn } from './people.mjs'

/** Revokes the user's live sessions, except the one from which the request came. */
const signOutOthers = async ({ clients, clerk, userId, currentSessionId }) => {
  const others = (await liveSessions(clients, userId, { currentSessionId })).filter(
    ({ session }) => !session.is_current,
  )
  for (const { session } of others) await clerk.sessions.revokeSession(session.id)
  return others.map(({ device }) => device)
}

const clients = openClients({ store: openMemoryStore() })
const { clerk, stop } = await startFakeClerk(clients)
const at = Date.now()
await clients.record([
  signIn('desktop', { at, ip: '203.0.113.7', city: 'Oslo', country: 'NO' }),
  signIn('laptop', { at, ip: '203.0.113.8', city: 'Bergen', country: 'NO' }),
  signIn('phone', { at, ip: '198.51.100.4', city: '東京', country: 'JP' }),
])

const current = { currentSessionId: 'sess_laptop' }
console.log('Ada is signed in on:')
await printDevices(clients, current)
const signedOut = await signOutOthers({ clients, clerk, userId: 'user_ada', ...current })
console.log(`Signed out: ${signedOut.map(nameOf).sort().join('; ')}.`)
console.log('Now:')
await printDevices(clients, current)
stop()
