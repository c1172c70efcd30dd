import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { aSessionEvent } from '../../given.js'

/** Run as a process of its own, to be killed: url, then per client the number of the next event. */
const [url = '', ...next] = process.argv.slice(2)

const store = await openPostgresStore(url)
await Promise.all(
  next.map(async (first, place) => {
    const clientId = `client_${place}`
    for (let number = Number(first); ; number++) {
      const event = aSessionEvent({ client_id: clientId }, { id: `msg_${place}_${number}` })
      if (number % 2 === 0) await store.append(clientId, [event], 'any')
      else await store.record([event])
      process.stdout.write(`${place} ${number}\n`)
    }
  }),
)
