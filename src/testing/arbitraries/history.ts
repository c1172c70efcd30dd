import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { evolve } from '../../domain/fold.js'
import { NO_CLIENT, type ClientState } from '../../domain/state.js'
import type { ClientCommand } from '../../domain/command.js'
import { decide } from '../../domain/decide.js'
import type { ClientEvent } from '../../events/client-event.js'
import { expiryOf } from '../session-life.js'
import { arbitraryJson } from './json.js'

const START = 1_767_225_600_000
const DAY = 86_400_000

/** A command for one of a few sessions of the client, at a time (epoch milliseconds). */
const commandAt = (clientId: string, at: number): fc.Arbitrary<ClientCommand> => {
  const sessionId = fc.constantFrom('sess_1', 'sess_2', 'sess_3', 'sess_4')
  const changes = ['ActivateSession', 'EndSession', 'RevokeSession', 'RemoveSession'] as const
  const tasks = fc.option(fc.array(arbitraryJson(), { maxLength: 2 }), { nil: null })
  return fc.oneof(
    fc
      .record({
        sessionId,
        userId: fc.constantFrom('user_1', 'user_2'),
        status: fc.constantFrom('active' as const, 'pending' as const),
      })
      .map((fields) => ({
        ...fields,
        type: 'CreateSession' as const,
        at,
        clientId,
        ...expiryOf(at),
      })),
    fc
      .record({ sessionId, tasks }, { requiredKeys: ['sessionId'] })
      .map((fields) => ({ ...fields, type: 'MarkSessionPending' as const, at })),
    fc
      .record({ sessionId, type: fc.constantFrom(...changes) })
      .map((fields) => ({ ...fields, at })),
  )
}

/**
 * Commands for one client in the order of their times; `decide` refuses some of them.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryCommands } from 'clientfold/testing'
 * const inOrder = fc.property(arbitraryCommands(), (commands) =>
 *   commands.every(({ at }, index) => at >= (commands[index - 1]?.at ?? 0)),
 * )
 * fc.assert(inOrder)
 */
export const arbitraryCommands = (
  clientId = 'client_1',
): fc.Arbitrary<ReadonlyArray<ClientCommand>> =>
  fc
    .array(fc.integer({ min: 0, max: 3 * DAY }), { maxLength: 12, size: 'max' })
    .map((gaps) => {
      let now = START
      return gaps.map((gap) => (now += gap))
    })
    .chain((times) => fc.tuple(...times.map((at) => commandAt(clientId, at))))

/**
 * The events of one client in the order in which they happened: every event follows from those before,
 * as `decide` allows. It shrinks towards shorter histories with fewer sessions.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryHistory } from 'clientfold/testing'
 * fc.assert(
 *   fc.property(arbitraryHistory(), ([first]) => (first?.type ?? 'session.created') === 'session.created'),
 * )
 */
export const arbitraryHistory = (clientId = 'client_1'): fc.Arbitrary<ReadonlyArray<ClientEvent>> =>
  arbitraryCommands(clientId).map((commands) => {
    const events: ClientEvent[] = []
    let state: ClientState = NO_CLIENT
    for (const command of commands) {
      const decision = decide(command, state)
      if (E.isLeft(decision)) continue
      for (const event of decision.right) state = evolve(state, event)
      events.push(...decision.right)
    }
    return events
  })
