import { CommandHandler, getInMemoryEventStore } from '@event-driven-io/emmett'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { clientAggregate } from '../../src/domain/client-aggregate.js'
import type { ClientState } from '../../src/domain/state.js'
import type { ClientCommand } from '../../src/domain/command.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { toClient } from '../../src/projections/client.js'
import { DAY, MINUTE, T0 } from '../given.js'

const { initialState, evolve, decide } = clientAggregate

const commands: ReadonlyArray<ClientCommand> = [
  {
    type: 'CreateSession',
    at: T0,
    clientId: 'client_1',
    sessionId: 'sess_1',
    userId: 'user_1',
    expireAt: T0 + DAY,
    abandonAt: T0 + DAY,
  },
  { type: 'MarkSessionPending', at: T0 + MINUTE, sessionId: 'sess_1', tasks: [] },
  { type: 'EndSession', at: T0 + 2 * MINUTE, sessionId: 'sess_1' },
]

/** Emmett takes refusals as exceptions. */
const decided = (command: ClientCommand, state: ClientState): ClientEvent[] => {
  const decision = decide(command, state)
  if (E.isLeft(decision)) throw new Error(decision.left._tag)
  return [...decision.right]
}

describe('another event-sourcing library', () => {
  it('runs the aggregate as it is: Emmett’s in-memory store and command handler', async () => {
    const store = getInMemoryEventStore()
    // Its event type wants `data` to be a record with an index; at run time nothing differs.
    const handle = CommandHandler<ClientState, never>({
      initialState,
      evolve: evolve,
    })
    for (const command of commands) {
      await handle(store, 'client_1', (state) => decided(command, state) as never[])
    }
    const { state } = await store.aggregateStream<ClientState, never>('client_1', {
      initialState,
      evolve: evolve,
    })
    expect(toClient(state)).toMatchObject({
      session_ids: ['sess_1'],
      sessions: [{ status: 'ended', updated_at: T0 + 2 * MINUTE }],
    })
    const refused = handle(
      store,
      'client_1',
      (current) => decided({ type: 'EndSession', at: T0, sessionId: 'sess_2' }, current) as never[],
    )
    await expect(refused).rejects.toThrow('SessionNotFound')
  })
})
