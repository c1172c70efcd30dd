// An alert when a user signs in from a new country or with a new browser: the devices as they are known with
// the sign-in are compared with those that were known before it was recorded.
import { openClients, openMemoryStore } from 'clientfold'
import { nameOf, signIn } from './people.mjs'

const valuesOf = (devices, key) => new Set(devices.map((device) => device[key]).filter(Boolean))

/** What is new about the device of a sign-in. The first devices of a user are not news. */
const newsOf = async (clients, { event }) => {
  const { user_id, client_id } = event.data
  const [before, after] = await Promise.all([
    clients.devices(user_id, { impersonated: 'drop', knownAt: event.recorded_at - 1 }),
    clients.devices(user_id, { impersonated: 'drop' }),
  ])
  const device = after.find((each) => each.client_id === client_id)
  if (device === undefined || before.length === 0) return null
  const isNew = (key) => device[key] !== null && !valuesOf(before, key).has(device[key])
  const news = ['country', 'browser_name'].filter(isNew).map((key) => `${key} ${device[key]}`)
  return news.length === 0 ? null : `${nameOf(device)} (${news.join(', ')})`
}

// A clock that ticks once for each event, so that the example prints the same each time.
let clock = Date.now()
const clients = openClients({ store: openMemoryStore({ now: () => (clock += 1000) }) })
const alerts = []
clients.on('event.recorded', (recorded) => {
  if (recorded.event.type === 'session.created') alerts.push(newsOf(clients, recorded))
})

await clients.record(signIn('laptop', { ip: '203.0.113.8', city: 'Oslo', country: 'NO' }))
await clients.record(signIn('desktop', { ip: '203.0.113.7', city: 'Bergen', country: 'NO' }))
await clients.record(signIn('phone', { ip: '198.51.100.4', city: '東京', country: 'JP' }))
for (const news of await Promise.all(alerts)) console.log(news ? `New: ${news}` : 'Nothing new.')
