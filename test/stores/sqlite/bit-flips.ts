import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openClients } from '../../../src/clients/clients.js'
import { eventText } from '../../../src/events/encode-event.js'
import type { ClientEvent } from '../../../src/events/client-event.js'
import {
  CorruptRecord,
  ForeignPosition,
  StoreUnavailable,
} from '../../../src/event-store/store-error.js'
import type { SqliteDriver } from '../../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent, T0 } from '../../given.js'
import { newFolder } from './given.js'

const CLIENTS = Array.from({ length: 40 }, (_, n) => `client_${n}`)

const eventsOf = (clientId: string): ReadonlyArray<ClientEvent> =>
  Array.from({ length: 9 }, (_, n) =>
    aSessionEvent(
      {
        client_id: clientId,
        id: `sess_${clientId}_${n % 3}`,
        user_id: `user_${clientId}`,
        updated_at: T0 + n,
        status: n > 6 ? 'removed' : 'active',
      },
      { id: `msg_${clientId}_${n}` },
    ),
  )

/** An answer as text, or a typed error, or the word for an answer that says that something is damaged. */
type Answer = { readonly text: string } | { readonly told: string }

const isTyped = (error: unknown): error is Error =>
  error instanceof StoreUnavailable ||
  error instanceof CorruptRecord ||
  error instanceof ForeignPosition

const answerOf = async (ask: () => Promise<Answer | string>): Promise<Answer> => {
  try {
    const answer = await ask()
    return typeof answer === 'string' ? { text: answer } : answer
  } catch (error) {
    if (isTyped(error)) return { told: error.name }
    throw error
  }
}

/** The answers to all questions about a file, by question. */
const answersOf = async (
  path: string,
  driver: SqliteDriver,
): Promise<ReadonlyMap<string, Answer>> => {
  const answers = new Map<string, Answer>()
  const store = await openSqliteStore({ path, driver, busyTimeoutMilliseconds: 50 }).catch(
    (error: unknown) => {
      if (!isTyped(error)) throw error
      return undefined
    },
  )
  if (store === undefined) return answers
  const clients = openClients({ store })
  const ask = async (name: string, question: () => Promise<Answer | string>): Promise<void> => {
    answers.set(name, await answerOf(question))
  }
  for (const id of CLIENTS) {
    await ask(`get ${id}`, async () => JSON.stringify(await clients.get(id)))
  }
  await ask('list', async () => {
    const page = await clients.list()
    return page.damaged === undefined ? JSON.stringify(page) : { told: 'damaged' }
  })
  await ask('export', async () => {
    const texts: string[] = []
    for await (const { event, revision } of store.readAll()) {
      texts.push(`${revision} ${eventText(event)}`)
    }
    return texts.join('\n')
  })
  await ask('check', async () => {
    const result = await store.check({ onDamage: () => undefined })
    return result.damaged === 0 ? JSON.stringify(result) : { told: 'damaged' }
  })
  await clients.close()
  return answers
}

/** A generator of whole numbers below a limit, the same for a seed on every machine. */
const randomFrom = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** What some flips of single bits did. */
export interface FlipFigures {
  readonly flips: number
  /** After so many of them, some answer told of the damage; after the others all answers were right. */
  readonly told: number
  /** After so many of them, the check told of the damage, or the file could not be opened. */
  readonly foundByCheck: number
  /** Each answer that was wrong and did not say so, with the bit. */
  readonly silentlyWrong: ReadonlyArray<string>
}

/** Flips single bits of a store's file, one at a time, and asks everything after each. */
export const flipBits = async (
  driver: SqliteDriver,
  flips: number,
  seed: number,
): Promise<FlipFigures> => {
  const path = join(await newFolder(), 'clients.db')
  const store = await openSqliteStore({ path, driver })
  for (const n of eventsOf('').keys()) {
    await store.record(CLIENTS.flatMap((id) => eventsOf(id).slice(n, n + 1)))
  }
  await store.close()
  const sound = await readFile(path)
  const expected = await answersOf(path, driver)
  const random = randomFrom(seed)
  const silentlyWrong: string[] = []
  let [told, foundByCheck] = [0, 0]
  for (let flip = 0; flip < flips; flip++) {
    const bit = random(sound.length * 8)
    const damaged = Buffer.from(sound)
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    for (const end of ['-wal', '-shm', '-journal']) await rm(`${path}${end}`, { force: true })
    await writeFile(path, damaged)
    const answers = await answersOf(path, driver)
    if (answers.size === 0 || [...answers.values()].some((answer) => 'told' in answer)) told += 1
    const check = answers.get('check')
    if (check === undefined || 'told' in check) foundByCheck += 1
    for (const [name, answer] of answers) {
      if ('told' in answer) continue
      const right = expected.get(name)
      if (right !== undefined && 'text' in right && right.text === answer.text) continue
      silentlyWrong.push(`${name} after a flip of bit ${bit & 7} of byte ${bit >> 3}`)
    }
  }
  return { flips, told, foundByCheck, silentlyWrong }
}
