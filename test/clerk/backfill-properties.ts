import fc from 'fast-check'
import { expect } from 'vitest'
import { backfill } from '../../src/clerk/backfill.js'
import { createClerkApi } from '../../src/clerk/clerk-api.js'
import { inMemory, NOW, SECRET_KEY } from '../http/given.js'
import { startFakeClerk } from './given/fake-clerk.js'
import { answersOf, eventCount, instanceOf, randomClerk, stepsOf } from './given/random-clerk.js'
import { apiAt } from './given/served-log.js'

/** How large the instances are, and how many of them are tried. */
export interface Extent {
  readonly numRuns: number
  readonly events: number
  readonly clients: number
}

/** After a backfill the log answers as Clerk does, and a second backfill records nothing. */
export const checkBackfill = ({ numRuns, ...size }: Extent): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      ...([randomClerk, fc.boolean(), fc.integer({ min: 1, max: 5 })] as const),
      async (random, isInclusive, longestPage) => {
        const { truth, users } = await instanceOf(random, size)
        const clerk = await startFakeClerk({ truth, users, isInclusive, longestPage })
        const [clients, api] = [inMemory(), apiAt(clerk.url)]
        await stepsOf({ clients, api })
        expect(await answersOf(clients)).toEqual(await answersOf(truth))
        const before = await eventCount(clients)
        const again = await stepsOf({ clients, api })
        expect(again.filter(({ _tag }) => _tag !== 'Known' && _tag !== 'UsersDone')).toEqual([])
        expect(await eventCount(clients)).toBe(before)
      },
    ),
    { numRuns },
  )

/** Runs a backfill that ends at a request, and gives its last `createdFrom`. */
const runUntil = async (
  instance: Awaited<ReturnType<typeof instanceOf>>,
  lastRequest: number,
  clients: ReturnType<typeof inMemory>,
): Promise<number | undefined> => {
  const { signal, abort } = stopOf()
  const clerk = await startFakeClerk({
    ...{ ...instance, longestPage: 4 },
    failing: (count) => {
      if (count === lastRequest) abort()
      return undefined
    },
  })
  const api = createClerkApi({ secretKey: SECRET_KEY, apiUrl: clerk.url, signal })
  let createdFrom: number | undefined
  try {
    for await (const step of backfill({ clients, api, now: () => NOW })) {
      if (step._tag === 'UsersDone') createdFrom = step.createdFrom ?? undefined
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return createdFrom
}

const stopOf = () => {
  const stop = new AbortController()
  return {
    signal: stop.signal,
    abort: () => {
      stop.abort()
    },
  }
}

/** A backfill that ends at any request and goes on from its last step has the same end. */
export const checkResumption = ({ numRuns, ...size }: Extent): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      ...([randomClerk, fc.integer({ min: 1, max: 60 })] as const),
      async (random, lastRequest) => {
        const instance = await instanceOf(random, size)
        const clients = inMemory()
        const createdFrom = await runUntil(instance, lastRequest, clients)
        const clerk = await startFakeClerk(instance)
        await stepsOf({ clients, api: apiAt(clerk.url), createdFrom })
        expect(await answersOf(clients)).toEqual(await answersOf(instance.truth))
        const [first] = clerk.requests
        if (createdFrom !== undefined) expect(first).toContain(`_after=${createdFrom - 1}`)
      },
    ),
    { numRuns },
  )
