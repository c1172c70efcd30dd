import * as E from 'fp-ts/lib/Either.js'
import { clientAggregate } from '../../domain/client-aggregate.js'
import { describeClientError, type ClientError } from '../../domain/client-error.js'
import type { ClientCommand } from '../../domain/command.js'
import type { Decision } from '../../domain/decide.js'
import type { ClientEvent } from '../../events/client-event.js'
import type { Client } from '../../events/client.js'
import { clientAsOf, type ClientQuery } from '../../projections/client-query.js'
import { assertStated } from './stated-difference.js'

/** A part of a value: what is stated must be equal, and everything else may be anything. */
export type Stated<A> =
  A extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Stated<Item>>
    : A extends object
      ? { readonly [K in keyof A]?: Stated<A[K]> }
      : A

/** What a command did: it is compared with what a test expects. */
export interface CommandScenario {
  /**
   * @throws Error that names the differences, unless exactly these events were emitted, or the command was
   *   refused in this way. Keys that are not stated may have any value.
   */
  readonly then: (expected: ReadonlyArray<Stated<ClientEvent>> | Stated<ClientError>) => void
}

/** What was known before. */
export interface Scenario {
  /** Executes a command on the state of the events. */
  readonly when: (command: ClientCommand) => CommandScenario
  /**
   * @throws Error that names the differences, unless the Client is as stated; null if it does not exist. Keys
   *   that are not stated may have any value.
   */
  readonly thenClient: (expected: Stated<Client> | null, query?: ClientQuery) => void
}

const assertDecision = (
  decision: Decision,
  expected: ReadonlyArray<Stated<ClientEvent>> | Stated<ClientError>,
): void => {
  if (Array.isArray(expected)) {
    if (E.isRight(decision)) assertStated('events', expected, decision.right)
    else {
      const reason = describeClientError(decision.left)
      throw new Error(`expected events, got the refusal ${decision.left._tag}: ${reason}`)
    }
  } else if (E.isLeft(decision)) assertStated('refusal', expected, decision.left)
  else {
    const types = decision.right.map(({ type }) => type).join(', ')
    throw new Error(`expected a refusal, got ${types === '' ? 'no events' : types}`)
  }
}

/**
 * Begins a scenario of one client with what was said about it, in any order.
 *
 * @example
 * import { exampleEvents, given } from 'clientfold/testing'
 * const phone = exampleEvents.filter(({ data }) => JSON.stringify(data).includes('client_grace_phone'))
 * const at = Date.UTC(2026, 4, 30)
 * given(phone)
 *   .when({ type: 'EndSession', at, sessionId: 'sess_grace_2' })
 *   .then([{ type: 'session.ended', data: { status: 'ended' } }])
 * given(phone)
 *   .when({ type: 'EndSession', at, sessionId: 'sess_grace_1' })
 *   .then({ _tag: 'SessionAlreadyOver', status: 'revoked' })
 * given(phone).thenClient({ last_active_session_id: 'sess_grace_2' })
 */
export const given = (events: ReadonlyArray<ClientEvent>): Scenario => ({
  when: (command) => {
    const decision = clientAggregate.decide(command, clientAggregate.fold(events))
    return {
      then: (expected) => {
        assertDecision(decision, expected)
      },
    }
  },
  thenClient: (expected, query = {}) => {
    assertStated('client', expected, clientAsOf(events, query))
  },
})
