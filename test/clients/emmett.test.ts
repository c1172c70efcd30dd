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

/** Emmett expects refusals as exceptions. */
const eventsFor = (command: ClientCommand, state: ClientState): ClientEvent[] => {
  const decision = decide(command, state)
  if (E.isLeft(decision)) throw new Error(decision.left._tag)
  return [...decision.right]
}

describe('clientAggregate', () => {
  it('the aggregate runs unchanged in the in-memory store and command handler of Emmett', async () => {
    const store = getInMemoryEventStore()
    // Emmett's event type requires an index signature on `data`; at run time nothing differs.
    const handle = CommandHandler<ClientState, never>({
      initialState,
      evolve,
    })
    for (const command of commands) {
      await handle(store, 'client_1', (state) => eventsFor(command, state) as never[])
    }
    const { state } = await store.aggregateStream<ClientState, never>('client_1', {
      initialState,
      evolve,
    })
    expect(toClient(state)).toMatchObject({
      session_ids: ['sess_1'],
      sessions: [{ status: 'ended', updated_at: T0 + 2 * MINUTE }],
    })
    const refusal = handle(
      store,
      'client_1',
      (current) =>
        eventsFor({ type: 'EndSession', at: T0, sessionId: 'sess_2' }, current) as never[],
    )
    await expect(refusal).rejects.toThrow('SessionNotFound')
  })
})
