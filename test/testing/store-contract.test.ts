import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { RecordOutcome } from '../../src/event-store/record-outcome.js'
import type { RecordedEvent } from '../../src/event-store/recorded-event.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { storeContract } from '../../src/testing/index.js'

// What is found must not depend on luck.
fc.configureGlobal({ seed: 7 })

/** What somebody else may do while a store is at work. */
const meanwhile = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Break = (store: EventStore) => Partial<EventStore>

const BY_CHANCE =
  'of several appends that expect the same revision, one wins: in any order of calls and answers'
const EXECUTED =
  'of several appends that expect the same revision, one wins: commands that are tried again all succeed'
const AT_END = 'an event that commits after a call of lastPosition comes after that position'

/** Whether a case finds fault with a store in memory that is broken in one way. */
const finds = async (name: string, breakIt: Break): Promise<boolean> => {
  const found = storeContract.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no case ${name}`)
  const open = (): Promise<EventStore> => {
    const store = openMemoryStore()
    return Promise.resolve({ ...store, ...breakIt(store) })
  }
  return found.run({ open, renew: () => Promise.resolve() }).then(
    () => false,
    (error: unknown) => {
      // A double that fails for a reason of its own would prove nothing.
      expect(String(error)).not.toMatch(/TypeError|ReferenceError/)
      return true
    },
  )
}

/** Looks first and writes then, as if nobody else were there. */
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
  it.each<readonly [string, Break]>([
    ['two winners of a revision', looksThenWrites],
    [
      'nobody who wins',
      (store) => {
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
    ],
    [
      'an event that two are told to have written',
      (store) => {
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
    ],
    [
      'an append that is seen in part',
      (store) => ({
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
    ],
    [
      'a hole in what is read of a client, while somebody writes',
      (store) => {
        let writing = 0
        return {
          append: async (...asked) => {
            writing += 1
            await meanwhile()
            return store.append(...asked).finally(() => (writing -= 1))
          },
          readClient: async (clientId, from) => {
            const recorded = await store.readClient(clientId, from)
            return writing > 0 ? withoutFirstOf(recorded, clientId) : recorded
          },
        }
      },
    ],
    [
      'a reader of everything that skips what was written last',
      (store) => ({
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
    ],
    [
      'an append that outlives an erasure',
      (store) => ({
        append: async (clientId, events, expected) => {
          const answer = await store.append(clientId, events, expected)
          return E.isLeft(answer) && answer.left._tag === 'ClientErased'
            ? E.right({ revision: 1, recorded: [] })
            : answer
        },
      }),
    ],
    [
      'an answer for what was not written',
      (store) => {
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
    ],
  ])('finds %s', async (_name, breakIt) => {
    expect(await finds(BY_CHANCE, breakIt)).toBe(true)
  })

  it('finds nothing wrong with a store that is only slow', async () => {
    const slow: Break = (store) => ({
      append: async (...asked) => {
        await meanwhile()
        const answer = await store.append(...asked)
        await meanwhile()
        return answer
      },
    })
    expect(await finds(BY_CHANCE, slow)).toBe(false)
    expect(await finds(EXECUTED, slow)).toBe(false)
  })
})

describe('the case of commands that are tried again', () => {
  it.each<readonly [string, Break]>([
    [
      'an append that is answered and lost, where two meet',
      (store) => {
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
    ],
    [
      'that nobody ever wins',
      () => ({
        append: () => Promise.resolve(E.left({ _tag: 'RevisionConflict', actual: 0 })),
      }),
    ],
  ])('finds %s', async (_name, breakIt) => {
    expect(await finds(EXECUTED, breakIt)).toBe(true)
  })
})

describe('the case of the last position', () => {
  it.each<readonly [string, Break]>([
    ['one that is the beginning', () => ({ lastPosition: () => Promise.resolve('0') })],
    [
      'one that lies ahead',
      (store) => ({
        lastPosition: async () => String(Number(await store.lastPosition()) + 1),
      }),
    ],
    [
      'one that is taken too late',
      (store) => ({
        follow: async function* ({ signal } = {}) {
          yield* store.follow({ after: await store.lastPosition(), signal })
        },
      }),
    ],
  ])(
    'finds %s',
    async (_name, breakIt) => {
      expect(await finds(AT_END, breakIt)).toBe(true)
    },
    30_000,
  )
})
