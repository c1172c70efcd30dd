import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { expect } from 'vitest'
import { fold } from '../../src/domain/fold.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { toClient } from '../../src/projections/client.js'
import { projectionOf, type ClientQuery } from '../../src/projections/client-query.js'
import { toSessions } from '../../src/projections/sessions.js'
import { arbitraryHostileLog, arbitraryClientQuery } from './hostile-log.js'
import { naiveAccepts, naiveClients, naiveSessions, type NaiveOptions } from './naive-model.js'

const eventsOf = (payloads: ReadonlyArray<unknown>): ReadonlyArray<ClientEvent> =>
  payloads.flatMap((payload) => {
    const event = decodeEvent(payload)
    return E.isRight(event) ? [event.right] : []
  })

const clientsOf = (payloads: ReadonlyArray<unknown>, view: ClientQuery): Map<string, string> =>
  new Map(
    Array.from(fold(eventsOf(payloads), view), ([id, state]) => [
      id,
      JSON.stringify(toClient(state, projectionOf(view))),
    ]),
  )

const byId = (clients: Map<string, string>): ReadonlyArray<[string, string]> =>
  [...clients].sort(([left], [right]) => (left < right ? -1 : 1))

/**
 * Expects that the library and the independent model agree on so many hostile logs: on which payloads are
 * events, on every Client, and on the sessions of one user and of all.
 */
export const expectAgreement = (runs: number): void => {
  const seen = { accepted: 0, refused: 0, clients: 0 }
  fc.assert(
    fc.property(arbitraryHostileLog(), arbitraryClientQuery(), (payloads, view) => {
      const accepted = payloads.map((payload) => E.isRight(decodeEvent(payload)))
      expect(accepted).toEqual(payloads.map(naiveAccepts))
      const clients = clientsOf(payloads, view)
      expect(byId(clients)).toEqual(byId(naiveClients(payloads, view as NaiveOptions)))
      for (const filter of [{}, { userId: 'user_a' }]) {
        const sessions = toSessions(fold(eventsOf(payloads), view).values(), filter, {
          at: projectionOf(view).at,
        })
        expect(sessions.map((session) => JSON.stringify(session))).toEqual(
          naiveSessions(payloads, filter, view as NaiveOptions),
        )
      }
      seen.accepted += accepted.filter(Boolean).length
      seen.refused += accepted.filter((isEvent) => !isEvent).length
      seen.clients += clients.size
    }),
    { numRuns: runs },
  )
  // Agreement on empty logs would prove nothing.
  expect(seen.accepted).toBeGreaterThan(runs)
  expect(seen.refused).toBeGreaterThan(runs / 4)
  expect(seen.clients).toBeGreaterThan(runs / 2)
}
