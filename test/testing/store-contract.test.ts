import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { RecordOutcome } from '../../src/event-store/record-outcome.js'
import type { RecordedEvent } from '../../src/event-store/recorded-event.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { storeContract } from '../../src/testing/index.js'

// With a fixed seed, so that finding a fault does not depend on chance.
fc.configureGlobal({ seed: 7 })

/** Lets other calls run while a store is at work. */
const meanwhile = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Break = (store: EventStore) => Partial<EventStore>

/** A store in memory with one fault. */
interface BrokenStore {
  readonly name: string
  readonly breakIt: Break
}

const BY_CHANCE =
  'of several appends that expect the same revision, one wins: in any order of calls and answers'
const EXECUTED =
  'of several appends that expect the same revision, one wins: commands that are tried again all succeed'
const MARKER = 'the marker of the end of the log changes with every event that commits'
const AT_END = 'an event that commits after a call of lastPosition comes after that position'

/** Whether a case of the contract fails on a store in memory that is broken in one way. */
const finds = async (name: string, breakIt: Break): Promise<boolean> => {
  const storeCase = storeContract.find((each) => each.name === name)
  if (storeCase === undefined) throw new Error(`there is no case ${name}`)
  const open = (): Promise<EventStore> => {
    const store = openMemoryStore()
    return Promise.resolve({ ...store, ...breakIt(store) })
  }
  return storeCase.run({ open, renew: () => Promise.resolve() }).then(
    () => false,
    (error: unknown) => {
      // A broken store that fails for another reason would prove nothing.
      const cause = error instanceof Error ? error.cause : error
      expect(String(cause)).not.toMatch(/TypeError|ReferenceError/)
      return true
    },
  )
}

/** Looks first and writes then, as if there were no other caller. */
const looksThenWrites: Break = (store) => ({
  append: async (clientId, events, expected) => {
    const { length } = await store.readClient(clientId)
    await meanwhile()
    return typeof expected === 'number' && expected !== length
      ? E.left({ _tag: 'RevisionConflict', actual: length })
      : store.append(clientId, events, 'any')
  },
})

const withoutFirstOf = (recorded: ReadonlyArray<RecordedEvent>, clientId: string) =>
  recorded.filter(({ event, revision }) => clientIdOf(event) !== clientId || revision !== 2)

describe('the case of calls in any order', () => {
  it.each<BrokenStore>([
    { name: 'two winners of a revision', breakIt: looksThenWrites },
    {
      name: 'an append that always loses where two meet',
      breakIt: (store) => {
        let busy = 0
        return {
          append: async (clientId, events, expected) => {
            busy += 1
            await meanwhile()
            const { length } = await store.readClient(clientId)
            const answer =
              busy > 1
                ? E.left({ _tag: 'RevisionConflict' as const, actual: length })
                : await store.append(clientId, events, expected)
            busy -= 1
            return answer
          },
        }
      },
    },
    {
      name: 'an event that two calls report as recorded',
      breakIt: (store) => {
        const underWay = new Map<string | undefined, Promise<RecordOutcome>>()
        return {
          record: (events) => {
            const ofOthers = new Map(underWay)
            const recordOne = async (event: ClientEvent): Promise<RecordOutcome> => {
              await meanwhile()
              const [recording] = await store.record([event])
              underWay.delete(event.id)
              return recording!
            }
            return Promise.all(
              events.map((event) => {
                const recording = ofOthers.get(event.id) ?? recordOne(event)
                underWay.set(event.id, recording)
                return recording
              }),
            )
          },
        }
      },
    },
    {
      name: 'an append that is read in part',
      breakIt: (store) => ({
        append: async (clientId, events, expected) => {
          const [first, ...others] = events
          if (first === undefined || others.length === 0) {
            return store.append(clientId, events, expected)
          }
          const begun = await store.append(clientId, [first], expected)
          if (E.isLeft(begun)) return begun
          await meanwhile()
          const ended = await store.append(clientId, others, 'any')
          return E.isLeft(ended)
            ? ended
            : E.right({
                revision: ended.right.revision,
                recorded: [...begun.right.recorded, ...ended.right.recorded],
              })
        },
      }),
    },
    {
      name: 'a gap in the revisions of a client during an append',
      breakIt: (store) => {
        let writing = 0
        return {
          append: async (...args) => {
            writing += 1
            await meanwhile()
            return store.append(...args).finally(() => (writing -= 1))
          },
          readClient: async (clientId, from) => {
            const recorded = await store.readClient(clientId, from)
            return writing > 0 ? withoutFirstOf(recorded, clientId) : recorded
          },
        }
      },
    },
    {
      name: 'a reader of everything that skips the last event',
      breakIt: (store) => ({
        readAll: async function* (from) {
          let last: RecordedEvent | undefined
          const before = await store.lastPosition()
          for await (const recorded of store.readAll(from)) {
            if (last !== undefined) yield last
            last = recorded
          }
          await meanwhile()
          if (last !== undefined && before === (await store.lastPosition())) yield last
        },
      }),
    },
    {
      name: 'an append that succeeds after an erasure',
      breakIt: (store) => ({
        append: async (clientId, events, expected) => {
          const answer = await store.append(clientId, events, expected)
          return E.isLeft(answer) && answer.left._tag === 'Erased'
            ? E.right({ revision: 1, recorded: [] })
            : answer
        },
      }),
    },
    {
      name: 'an answer for an event that was not written',
      breakIt: (store) => {
        let busy = 0
        return {
          record: async (events) => {
            busy += 1
            await meanwhile()
            const alone = busy === 1
            busy -= 1
            return alone ? store.record(events) : events.map(() => ({ _tag: 'Duplicate' as const }))
          },
        }
      },
    },
  ])('the case of calls in any order finds $name', async ({ breakIt }) => {
    expect(await finds(BY_CHANCE, breakIt)).toBe(true)
  })

  it('the cases pass on a store that is only slow', async () => {
    const slow: Break = (store) => ({
      append: async (...args) => {
        await meanwhile()
        const answer = await store.append(...args)
        await meanwhile()
        return answer
      },
    })
    expect(await finds(BY_CHANCE, slow)).toBe(false)
    expect(await finds(EXECUTED, slow)).toBe(false)
  })
})

describe('the case of commands that are tried again', () => {
  it.each<BrokenStore>([
    {
      name: 'an append that is answered and lost where two meet',
      breakIt: (store) => {
        let busy = 0
        return {
          append: async (clientId, events, expected) => {
            busy += 1
            await meanwhile()
            const isAlone = busy === 1
            busy -= 1
            return isAlone
              ? store.append(clientId, events, expected)
              : E.right({ revision: 1, recorded: [] })
          },
        }
      },
    },
    {
      name: 'an append that never wins',
      breakIt: () => ({
        append: () => Promise.resolve(E.left({ _tag: 'RevisionConflict', actual: 0 })),
      }),
    },
  ])('the case of commands that are tried again finds $name', async ({ breakIt }) => {
    expect(await finds(EXECUTED, breakIt)).toBe(true)
  })
})

describe('the case of the marker', () => {
  it('the case of the marker finds a marker that stays the same while a transaction is open', async () => {
    const broken: BrokenStore['breakIt'] = (store) => ({
      logEnd: async () => ({ ...(await store.logEnd()), marker: '5' }),
    })
    expect(await finds(MARKER, broken)).toBe(true)
  })
})

describe('the case of the last position', () => {
  it.each<BrokenStore>([
    {
      name: 'a last position at the beginning',
      breakIt: () => ({ lastPosition: () => Promise.resolve('0') }),
    },
    {
      name: 'a last position after the end',
      breakIt: (store) => ({
        lastPosition: async () => String(Number(await store.lastPosition()) + 1),
      }),
    },
    {
      name: 'a last position that is read too late',
      breakIt: (store) => ({
        follow: async function* ({ signal } = {}) {
          yield* store.follow({ after: await store.lastPosition(), signal })
        },
      }),
    },
  ])(
    'the case of the last position finds $name',
    async ({ breakIt }) => {
      expect(await finds(AT_END, breakIt)).toBe(true)
    },
    30_000,
  )
})
