import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { Session } from '../../src/events/session.js'
import { isLive } from '../../src/domain/status.js'
import { toClient } from '../../src/projections/client.js'
import { toSessions } from '../../src/projections/sessions.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { arbitraryEvent, arbitraryTime } from '../../src/testing/index.js'
import { givenGuard, until } from './given.js'

/** What a guard has to answer for a session that reads so. */
const answerTo = (recorded: Session, status = recorded.status) => {
  if (isLive(status)) return { answer: 'live', status }
  const derived = status === 'expired' ? recorded.expire_at : recorded.abandon_at
  return {
    answer: 'over',
    status,
    since: status === recorded.status ? recorded.updated_at : derived,
  }
}

type Answers = ReadonlyMap<string, object>

/** What a guard has to answer for each session, as `toClient` says it. A removed one is in no Client. */
const answersIn = (events: ReadonlyArray<ClientEvent>, at: number): Answers => {
  const states = [...fold(events).values()]
  const answers = new Map<string, object>()
  for (const recorded of toSessions(states)) {
    const state = states.find(({ id }) => id === recorded.client_id)
    const listed = state && toClient(state, { at }).sessions.find(({ id }) => id === recorded.id)
    answers.set(recorded.id, answerTo(recorded, listed?.status ?? 'removed'))
  }
  return answers
}

/** That each answer is one of before or one of after: no session is unknown in between. */
const expectBetween = (now: Answers, before: Answers, after: Answers): void => {
  for (const id of new Set([...now.keys(), ...before.keys(), ...after.keys()])) {
    expect([before.get(id), after.get(id)]).toContainEqual(now.get(id))
  }
}

const CLIENT_IDS = ['client_1', 'client_2']
const arbitraryLogEvent = fc
  .constantFrom(...CLIENT_IDS)
  .chain((clientId) => arbitraryEvent({ clientId }))
  .map(({ id: _id, recorded_at: _recordedAt, ...event }): ClientEvent => event)

type Step =
  | { readonly record: ReadonlyArray<ClientEvent> }
  | { readonly eraseClient: string }
  | { readonly eraseUserOf: number }

const recording: fc.Arbitrary<Step> = fc.record({
  record: fc.array(arbitraryLogEvent, { minLength: 1, maxLength: 3 }),
})
const erasing: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ eraseClient: fc.constantFrom(...CLIENT_IDS) }),
  fc.record({ eraseUserOf: fc.nat(20) }),
)

/** Both clients claim some of the session ids. */
const arbitrarySteps = fc.array(
  fc.oneof({ weight: 3, arbitrary: recording }, { weight: 1, arbitrary: erasing }),
  { maxLength: 6 },
)

describe('a guard', () => {
  it('a guard says what toClient says, for each session at each moment of any log', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitrarySteps,
        fc.nat(3),
        fc.array(arbitraryTime(), { maxLength: 2 }),
        async (steps, before, times) => {
          let at = 0
          const store = openMemoryStore()
          const writer = openClients({ store })
          const reader = openClients({ store })
          const seen = new Set<string>(['unknown'])
          const take = async (step: Step): Promise<void> => {
            if ('record' in step) await writer.record(step.record)
            else if ('eraseClient' in step) await writer.eraseClient(step.eraseClient)
            else {
              const users = (await writer.sessions({})).data.map(({ user_id }) => user_id)
              const user = users[step.eraseUserOf % users.length]
              if (user !== undefined) await writer.eraseUser(user)
            }
          }
          for (const step of steps.slice(0, before)) await take(step)
          const guard = await givenGuard(reader, { now: () => at })
          let eventsBefore: ClientEvent[] = []
          for (const step of [undefined, ...steps.slice(before)]) {
            if (step !== undefined) await take(step)
            const events: ClientEvent[] = []
            for await (const { event } of store.readAll()) events.push(event)
            const recorded = toSessions(fold(events).values())
            for (const { id } of recorded) seen.add(id)
            const moments = recorded.flatMap(({ expire_at: a, abandon_at: b }) => [
              a - 1,
              a,
              b - 1,
              b,
            ])
            const known = () => {
              const answers = new Map<string, object>()
              for (const id of seen) {
                const { lag: _lag, ...answer } = guard.check(id)
                if (answer.answer !== 'unknown') answers.set(id, answer)
              }
              return answers
            }
            const clocks = [-1, 0, ...moments, ...times]
            const isErasure = step !== undefined && !('record' in step)
            // Two versions of a session can read alike at one moment, so it waits for all of them.
            const hasAll = () =>
              clocks.every((clock) => {
                at = clock
                const [now, expected] = [known(), answersIn(events, clock)]
                if (isErasure) expectBetween(now, answersIn(eventsBefore, clock), expected)
                return isDeepStrictEqual(now, expected)
              })
            await until(hasAll)
            for (at of clocks) expect(known()).toEqual(answersIn(events, at))
            eventsBefore = events
          }
          guard.close()
          await reader.close()
        },
      ),
      { numRuns: 40 },
    )
  })
})
