import type { ClientEvent } from '../../events/client-event.js'
import { eventText } from '../../events/encode-event.js'
import { foldBlock } from './pool.js'
import { unsigned, type EngineInstance } from './instance.js'

/** What may be read behind a line, then the list of lines that are not sure: of one at most. */
const SPARE_BYTES = 64
const LIST_BYTES = 16

/**
 * Tells the engine events of whose lines it was not sure, again, in the words that it expects. Only what
 * it cannot take at all (observations, ids that need an escape) is left to the plain fold.
 */
export class Retelling {
  readonly #own: EngineInstance
  #address = 0
  #room = 0

  constructor(own: EngineInstance) {
    this.#own = own
  }

  /** Folds the event, as far as the view lets it; false if the engine is not sure of it now either. */
  fold(event: ClientEvent): boolean {
    if (event.type === 'client.observed') return false
    const line = Buffer.from(`${eventText(event)}\n`)
    this.#makeRoom(line.length)
    const [start, end] = [this.#address, this.#address + line.length]
    this.#own.bytesAt(start, line.length).set(line)
    const list = start + this.#room + SPARE_BYTES
    return foldBlock(this.#own, { start, end, list }, Infinity).unsure === 0
  }

  #makeRoom(length: number): void {
    if (length <= this.#room) return
    this.#room = 2 * length
    this.#address = unsigned(this.#own.takeRegion(this.#room + SPARE_BYTES + LIST_BYTES))
  }
}
