import { hash } from 'node:crypto'
import { SESSION_STATUSES, type Session } from '../events/session.js'

/** What the table knows of a session: its status as recorded, and the times that change how it reads. */
export type SessionFacts = Pick<Session, 'status' | 'updated_at' | 'expire_at' | 'abandon_at'>

/** 32 hexadecimal digits, by which the table finds an id. */
export type TableKey = string

/**
 * The key of an id: 128 bits of its SHA-256. Two ids among a billion have one key with a probability below
 * 2^-68, and to look for two such ids costs 2^64 hashes. JSON tells lone surrogates apart, which UTF-8 cannot.
 */
export const tableKeyOf = (id: string): TableKey => hash('sha256', JSON.stringify(id)).slice(0, 32)

/** Each part grows by itself, so that no growth keeps the event loop for long: 2 ms with a million sessions. */
const PARTS = 256

const FIRST_CAPACITY = 16

/** How full a part may be: beyond that, look-ups visit many slots. */
const FULLEST = 0.75

/** The words of a slot: four of the key of the session, two of the key of its client. */
const WORDS = 6

/** The times of a slot: `updated_at`, `expire_at`, `abandon_at`. */
const TIMES = 3

const wordOf = (key: TableKey, word: number): number =>
  parseInt(key.slice(word * 8, word * 8 + 8), 16)

/** A part of the table: slots of 49 bytes with linear probing. */
class Part {
  #words: Uint32Array
  #times: Float64Array
  /** 0 for a free slot, else the place of the status among all statuses, from 1 on. */
  #statuses: Uint8Array
  #mask: number
  #count = 0

  constructor(capacity: number) {
    this.#words = new Uint32Array(capacity * WORDS)
    this.#times = new Float64Array(capacity * TIMES)
    this.#statuses = new Uint8Array(capacity)
    this.#mask = capacity - 1
  }

  get count(): number {
    return this.#count
  }

  /** The slot that has the key, else the free slot where it belongs. */
  #slotOf(first?: number, second?: number, third?: number, fourth?: number): number {
    // Not the first word: it has chosen the part.
    let slot = (second ?? 0) & this.#mask
    for (; this.#statuses[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS
      if (
        this.#words[at] === first &&
        this.#words[at + 1] === second &&
        this.#words[at + 2] === third &&
        this.#words[at + 3] === fourth
      ) {
        return slot
      }
    }
    return slot
  }

  #slotOfKey(key: TableKey): number {
    return this.#slotOf(wordOf(key, 0), wordOf(key, 1), wordOf(key, 2), wordOf(key, 3))
  }

  find(key: TableKey): SessionFacts | undefined {
    const slot = this.#slotOfKey(key)
    const status = SESSION_STATUSES[(this.#statuses[slot] ?? 0) - 1]
    if (status === undefined) return undefined
    const times = this.#times
    const at = slot * TIMES
    const [updated_at, expire_at, abandon_at] = [times[at], times[at + 1], times[at + 2]]
    return {
      status,
      updated_at: updated_at ?? 0,
      expire_at: expire_at ?? 0,
      abandon_at: abandon_at ?? 0,
    }
  }

  set(key: TableKey, client: TableKey, facts: SessionFacts): void {
    const slot = this.#slotOfKey(key)
    const isNew = this.#statuses[slot] === 0
    for (let word = 0; word < 4; word++) this.#words[slot * WORDS + word] = wordOf(key, word)
    for (let word = 0; word < 2; word++) this.#words[slot * WORDS + 4 + word] = wordOf(client, word)
    this.#times.set([facts.updated_at, facts.expire_at, facts.abandon_at], slot * TIMES)
    this.#statuses[slot] = SESSION_STATUSES.indexOf(facts.status) + 1
    if (isNew && (this.#count += 1) > FULLEST * this.#statuses.length) this.#grow()
  }

  #grow(): void {
    const [words, times, statuses] = [this.#words, this.#times, this.#statuses]
    const capacity = statuses.length * 2
    this.#words = new Uint32Array(capacity * WORDS)
    this.#times = new Float64Array(capacity * TIMES)
    this.#statuses = new Uint8Array(capacity)
    this.#mask = capacity - 1
    for (let old = 0; old < statuses.length; old++) {
      if (statuses[old] === 0) continue
      const at = old * WORDS
      const [first, second, third, fourth] = [
        words[at],
        words[at + 1],
        words[at + 2],
        words[at + 3],
      ]
      const slot = this.#slotOf(first, second, third, fourth)
      this.#words.set(words.subarray(old * WORDS, (old + 1) * WORDS), slot * WORDS)
      this.#times.set(times.subarray(old * TIMES, (old + 1) * TIMES), slot * TIMES)
      this.#statuses[slot] = statuses[old] ?? 0
    }
  }

  /** Frees a slot, and moves later entries up that a look-up would not find behind it. */
  #free(slot: number): void {
    let free = slot
    let next = (slot + 1) & this.#mask
    for (; this.#statuses[next] !== 0; next = (next + 1) & this.#mask) {
      const home = (this.#words[next * WORDS + 1] ?? 0) & this.#mask
      const isFoundThere = ((next - home) & this.#mask) < ((next - free) & this.#mask)
      if (isFoundThere) continue
      this.#words.copyWithin(free * WORDS, next * WORDS, (next + 1) * WORDS)
      this.#times.copyWithin(free * TIMES, next * TIMES, (next + 1) * TIMES)
      this.#statuses.copyWithin(free, next, next + 1)
      free = next
    }
    this.#statuses[free] = 0
    this.#count -= 1
  }

  clientOf(key: TableKey): string | undefined {
    const slot = this.#slotOfKey(key)
    if (this.#statuses[slot] === 0) return undefined
    const words = this.#words.subarray(slot * WORDS + 4, slot * WORDS + WORDS)
    return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('')
  }

  deleteClient(client: TableKey): void {
    const [first, second] = [wordOf(client, 0), wordOf(client, 1)]
    for (let slot = 0; slot <= this.#mask; slot++) {
      const isOfClient = (): boolean =>
        this.#statuses[slot] !== 0 &&
        this.#words[slot * WORDS + 4] === first &&
        this.#words[slot * WORDS + 5] === second
      // A later entry may have moved into the slot.
      while (isOfClient()) this.#free(slot)
    }
  }
}

/**
 * Sessions in few bytes: open addressing in typed arrays, 65 to 131 bytes a session. A `Map` of objects
 * needs several times as much, and the garbage collector would visit each of them.
 */
export interface SessionTable {
  readonly size: () => number
  readonly find: (session: TableKey) => SessionFacts | undefined
  /** The first 16 digits of the key of the client that a session is on. */
  readonly clientOf: (session: TableKey) => string | undefined
  /** Sets what is known of a session, and the client that it is on. */
  readonly set: (session: TableKey, client: TableKey, facts: SessionFacts) => void
  /**
   * Deletes all sessions on a client. It visits the whole table: some milliseconds with a million sessions.
   * Two clients among a million have one key with a probability below 2^-24; then the sessions of both go.
   */
  readonly deleteClient: (client: TableKey) => void
}

/** Creates a table without sessions. */
export const createSessionTable = (): SessionTable => {
  const first = new Part(FIRST_CAPACITY)
  const parts = [first, ...Array.from({ length: PARTS - 1 }, () => new Part(FIRST_CAPACITY))]
  const partOf = (key: TableKey): Part => parts[wordOf(key, 0) % PARTS] ?? first
  return {
    size: () => parts.reduce((sum, { count }) => sum + count, 0),
    find: (session) => partOf(session).find(session),
    clientOf: (session) => partOf(session).clientOf(session),
    set: (session, client, facts) => {
      partOf(session).set(session, client, facts)
    },
    deleteClient: (client) => {
      for (const part of parts) part.deleteClient(client)
    },
  }
}
