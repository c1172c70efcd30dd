import fc from 'fast-check'
import { parseEvent } from '../../../src/events/decode-event.js'
import type { Client } from '../../../src/events/client.js'
import type { Session } from '../../../src/events/session.js'
import type { Clients } from '../../../src/clients/clients.js'
import { backfill, type BackfillOptions, type BackfillStep } from '../../../src/clerk/backfill.js'
import { generateLog } from '../../../src/testing/log/generate-log.js'
import { accepted } from '../../stores/postgres/given.js'
import { anObservation, T0 } from '../../given.js'
import { inMemory, NOW } from '../../http/given.js'
import type { FakeUser } from './fake-clerk.js'

/** What a random Clerk instance consists of. */
export interface RandomClerk {
  /** The seed of its sessions. */
  readonly seed: number
  /** When each user was created, in milliseconds after the first one: few moments, so many are equal. */
  readonly ages: ReadonlyArray<number>
}

export const randomClerk: fc.Arbitrary<RandomClerk> = fc.record({
  seed: fc.nat(10_000),
  ages: fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }),
})

/** The sessions and clients of an instance, some with what only the Backend API knows, and its users. */
export const instanceOf = async (
  { seed, ages }: RandomClerk,
  { events = 120, clients = 14 } = {},
): Promise<{ readonly truth: Clients; readonly users: ReadonlyArray<FakeUser> }> => {
  const truth = inMemory()
  const lines = generateLog({ events, clients, seed, shape: 'slim' })
  await truth.record(Array.from(lines, (line) => accepted(parseEvent(line))))
  let number = 0
  for await (const client of truth.all({ at: NOW })) {
    number += 1
    if (number % 3 > 0) continue
    const differences = { sign_in_id: `sia_${number}`, created_at: client.created_at - number }
    await truth.record(anObservation({ ...client, ...differences }))
  }
  const { data } = await truth.sessions({})
  const ids = [...new Set(data.map(({ user_id }) => user_id))]
  const users = ids.map((id, index) => ({
    id,
    created_at: T0 + (ages[index % ages.length] ?? 0),
    last_active_at: T0 + index,
  }))
  return { truth, users }
}

/** All steps of a backfill. */
export const stepsOf = async (options: BackfillOptions): Promise<ReadonlyArray<BackfillStep>> => {
  const steps: BackfillStep[] = []
  for await (const step of backfill({ now: () => NOW, ...options })) steps.push(step)
  return steps
}

/** Everything that an instance, or a log, answers. */
export const answersOf = async (
  clients: Clients,
): Promise<{
  readonly clients: ReadonlyArray<Client>
  readonly sessions: ReadonlyArray<Session>
}> => {
  const all: Client[] = []
  for await (const client of clients.all({ at: NOW })) all.push(client)
  const { data } = await clients.sessions({ at: NOW })
  return { clients: all, sessions: data }
}

/** How many events a log has. */
export const eventCount = async (clients: Clients): Promise<number> => {
  let count = 0
  for await (const { id } of clients.all({ at: NOW })) count += (await clients.history(id)).length
  return count
}

export const tags = (steps: ReadonlyArray<BackfillStep>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { _tag } of steps) counts[_tag] = (counts[_tag] ?? 0) + 1
  return counts
}
