// An audit of sessions in which another acted as the user: people of the support, and agents. Such a session
// has an `actor`; that of an agent has the type `agent`.
import { openClients, openMemoryStore } from 'clientfold'
import { signIn } from './people.mjs'

/** One line for each session of the user that has an actor, also of those that are over. */
const auditOf = async (clients, userId) =>
  (await clients.devices(userId, { impersonated: 'only', at: 'recorded' })).flatMap((device) =>
    device.sessions.map(({ actor, created_at, status }) => {
      const who = `${actor.type === 'agent' ? 'agent' : 'person'} ${actor.sub}`
      const when = new Date(created_at).toISOString()
      return `${when} ${who} acted as ${userId} from ${device.ip_address}: ${status}`
    }),
  )

const clients = openClients({ store: openMemoryStore() })
const at = Date.UTC(2026, 4, 28, 8)
const office = { ip: '198.51.100.4', city: 'Zürich', country: 'CH' }
const support = signIn('desktop', { at, ...office, actor: { sub: 'user_support' } })
await clients.record([
  signIn('phone', { at, ip: '203.0.113.7', city: 'Oslo', country: 'NO' }),
  support,
  { ...support, id: 'msg_2', type: 'session.ended', data: { ...support.data, status: 'ended' } },
  signIn('laptop', { at: at + 60_000, ...office, actor: { sub: 'agent_7', type: 'agent' } }),
])
for (const line of (await auditOf(clients, 'user_ada')).sort()) console.log(line)
