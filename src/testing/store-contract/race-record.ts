import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import type { AppendRefusal } from '../../event-store/append-refusal.js'
import type { AppendResult, EventStore } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { collect, textsOf } from './checks.js'

/** The client that may be erased amid the race. */
export const ERASED_CLIENT = 'client_2'

/** What was answered to all who race, and what must be true of it. */
export class RaceRecord {
  readonly #acknowledged: RecordedEvent[] = []
  /** Texts of appends whose events nobody else sends. */
  readonly #batches: Array<ReadonlyArray<string>> = []
  readonly #refused: Array<ReadonlyArray<string>> = []
  /** Texts of what was said to be there, whoever has written it. */
  readonly #promised = new Set<string>()
  #isErased = false

  /** What was acknowledged so far: whoever asks now must find it. */
  soFar(): ReadonlyArray<RecordedEvent> {
    return [...this.#acknowledged]
  }

  get isErased(): boolean {
    return this.#isErased
  }

  took(recorded: ReadonlyArray<RecordedEvent>): void {
    this.#acknowledged.push(...recorded)
  }

  /** Events of a client that was not erased, as its own or as a duplicate. */
  promised(events: ReadonlyArray<ClientEvent>): void {
    for (const text of textsOf(events)) this.#promised.add(text)
  }

  erased(): void {
    this.#isErased = true
  }

  /** An append of events of its own, at the revision that was read. */
  contended(
    clientId: string,
    texts: ReadonlyArray<string>,
    expected: number,
    answer: E.Either<AppendRefusal, AppendResult>,
  ): void {
    if (E.isRight(answer)) {
      const { revision, recorded } = answer.right
      assert.deepEqual(textsOf(recorded), texts)
      assert.deepEqual(
        recorded.map((each) => each.revision),
        texts.map((_, index) => expected + index + 1),
        'who wins gets the revisions after the one that was expected',
      )
      assert.equal(revision, expected + texts.length)
      // Of an erased client, a reader of everything may have been amid the append.
      if (clientId !== ERASED_CLIENT) this.#batches.push(texts)
      this.took(recorded)
      return
    }
    this.#refused.push(texts)
    if (answer.left._tag === 'RevisionConflict' && clientId !== ERASED_CLIENT) {
      assert(answer.left.actual > expected, 'who loses has lost to somebody')
    } else if (clientId !== ERASED_CLIENT) assert.fail(`refused as ${answer.left._tag}`)
  }

  /** That some reading, of one client or of all, is one of the store as it was at some moment. */
  checkReading(
    read: ReadonlyArray<RecordedEvent>,
    acknowledged: ReadonlyArray<RecordedEvent>,
  ): void {
    const revisions = new Map<string, number>()
    for (const { event, revision } of read) {
      const clientId = clientIdOf(event)
      assert.equal(revision, (revisions.get(clientId) ?? 0) + 1, 'a hole in the revisions')
      revisions.set(clientId, revision)
    }
    const texts = new Set(textsOf(read))
    assert.equal(texts.size, read.length, 'an event was read twice')
    for (const text of textsOf(acknowledged)) assert(texts.has(text), 'an event was skipped')
    for (const batch of this.#batches) {
      const found = batch.filter((text) => texts.has(text)).length
      assert(found === 0 || found === batch.length, 'an append was read in part')
    }
  }

  /** What must be true when all is over. */
  async checkEnd(store: EventStore): Promise<void> {
    const all = await collect(store.readAll())
    const kept = this.#acknowledged.filter(({ event }) => clientIdOf(event) !== ERASED_CLIENT)
    const present = this.#isErased ? kept : this.#acknowledged
    this.checkReading(all, present)
    const placeOf = ({ event, revision }: RecordedEvent): string =>
      `${clientIdOf(event)} ${revision} ${textsOf([event]).join()}`
    assert.deepEqual(
      all.map(placeOf).sort(),
      present.map(placeOf).sort(),
      'what is there is what was acknowledged, each once, where it was acknowledged to be',
    )
    const texts = new Set(textsOf(all))
    for (const text of this.#promised) assert(texts.has(text), 'what was acknowledged is not there')
    for (const refused of this.#refused) {
      assert(!refused.some((text) => texts.has(text)), 'what was refused was written')
    }
  }
}
