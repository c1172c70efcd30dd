import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import type { AppendRefusal } from '../../event-store/append-refusal.js'
import type { AppendResult, EventStore } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { collect, textsOf } from './checks.js'

/** The client that may be erased during the race. */
export const ERASED_CLIENT = 'client_2'

/** The answers to all calls of a race, and the checks of them. */
export class RaceRecord {
  readonly #acknowledged: RecordedEvent[] = []
  /** Texts of appends whose events only one racer sends. */
  readonly #batches: Array<ReadonlyArray<string>> = []
  readonly #refused: Array<ReadonlyArray<string>> = []
  /** Texts of events that a call has answered as recorded or as duplicates. */
  readonly #promised = new Set<string>()
  #isErased = false

  /** The events that were acknowledged so far. A reading that starts now must give them. */
  soFar(): ReadonlyArray<RecordedEvent> {
    return [...this.#acknowledged]
  }

  get isErased(): boolean {
    return this.#isErased
  }

  addRecorded(recorded: ReadonlyArray<RecordedEvent>): void {
    this.#acknowledged.push(...recorded)
  }

  /** Adds events of a client that is not erased, recorded or duplicates. */
  addPromised(events: ReadonlyArray<ClientEvent>): void {
    for (const text of textsOf(events)) this.#promised.add(text)
  }

  setErased(): void {
    this.#isErased = true
  }

  /** Adds the answer to an append of new events, at the revision that was read. */
  addContention(
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
        'a won append has the revisions after the expected one',
      )
      assert.equal(revision, expected + texts.length)
      // Not for the erased client: the erasure may leave a part of the append on a reader's page.
      if (clientId !== ERASED_CLIENT) this.#batches.push(texts)
      this.addRecorded(recorded)
      return
    }
    this.#refused.push(texts)
    if (answer.left._tag === 'RevisionConflict' && clientId !== ERASED_CLIENT) {
      assert(answer.left.actual > expected, 'a lost append has lost to another one')
    } else if (clientId !== ERASED_CLIENT) assert.fail(`refused as ${answer.left._tag}`)
  }

  /** Checks that a reading of one client or of all shows the store as it was at one moment. */
  checkReading(
    read: ReadonlyArray<RecordedEvent>,
    acknowledged: ReadonlyArray<RecordedEvent>,
  ): void {
    const revisions = new Map<string, number>()
    for (const { event, revision } of read) {
      const clientId = clientIdOf(event)
      assert.equal(revision, (revisions.get(clientId) ?? 0) + 1, 'a gap in the revisions')
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

  /** Checks the store after the race. */
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
      'the store holds exactly the acknowledged events, each at its acknowledged revision',
    )
    const texts = new Set(textsOf(all))
    for (const text of this.#promised) assert(texts.has(text), 'an acknowledged event is missing')
    for (const refused of this.#refused) {
      assert(!refused.some((text) => texts.has(text)), 'a refused event was written')
    }
  }
}
