import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { openClients, type Clients } from '../../clients/clients.js'
import type { ClientCommand } from '../../domain/command.js'
import type { EventStore } from '../../event-store/event-store.js'
import { expiryOf } from '../session-life.js'
import { withStore } from './checks.js'
import { scheduledStore } from './scheduled-store.js'
import type { StoreCase } from './store-case.js'

const RUNS = 20

/** 28 May 2026, 08:00 UTC, in epoch milliseconds. */
const AT = 1_779_955_200_000

/** The commands make fewer appends together than one command has tries, so none may give up. */
const MOST_CONTENDERS = 6

const create = (sessionId: string): ClientCommand => ({
  type: 'CreateSession',
  at: AT,
  clientId: 'client_1',
  sessionId,
  userId: 'user_1',
  ...expiryOf(AT),
})

const end = (sessionId: string): ClientCommand => ({ type: 'EndSession', at: AT + 1, sessionId })

/** Executes commands, of which none may be refused, and returns the number of recorded events. */
const executeAll = async (
  clients: Clients,
  commands: ReadonlyArray<ClientCommand>,
): Promise<number> => {
  let recorded = 0
  for (const command of commands) {
    const executed = await clients.execute('client_1', command)
    if (E.isLeft(executed)) assert.fail(`not executed: ${executed.left._tag}`)
    recorded += executed.right.length
  }
  return recorded
}

/** All execute commands on one client. Some commands are equal, as retries are. */
const executeAtOnce = async (
  scheduler: fc.Scheduler,
  store: EventStore,
  sessionNumbers: ReadonlyArray<number>,
): Promise<void> => {
  const scheduled = scheduledStore(store, scheduler)
  // Two services with separate caches, like two processes.
  const services = [openClients({ store: scheduled }), openClients({ store: scheduled })]
  const running = sessionNumbers.map((number, place) => {
    const clients = services[place % services.length]
    assert(clients !== undefined)
    return executeAll(clients, [create(`sess_${number}`), end(`sess_${number}`)])
  })
  const counts = await scheduler.waitFor(Promise.all(running))
  const sessionIds = [...new Set(sessionNumbers)].map((number) => `sess_${number}`).sort()
  const history = await store.readClient('client_1')
  assert.deepEqual(
    history.map(({ revision }) => revision),
    Array.from({ length: 2 * sessionIds.length }, (_, index) => index + 1),
    'each command has recorded its events once',
  )
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    history.length,
  )
  const fresh = openClients({ store })
  const client = await fresh.get('client_1')
  assert(client !== null)
  assert.deepEqual(client.session_ids, sessionIds)
  assert.deepEqual(new Set(client.sessions.map(({ status }) => status)), new Set(['ended']))
}

/** The cases for a consequence of one winner per revision: commands that are tried again succeed. */
export const executingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'of several appends that expect the same revision, one wins: commands that are tried again all succeed',
    needs: 'one-handle',
    run: (harness) =>
      fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: MOST_CONTENDERS }),
          async (scheduler, sessionNumbers) => {
            await harness.renew()
            await withStore(harness, (store) => executeAtOnce(scheduler, store, sessionNumbers))
          },
        ),
        { numRuns: RUNS },
      ),
  },
]
