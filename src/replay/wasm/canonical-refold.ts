import type { ClientEvent } from '../../events/client-event.js'
import { eventText } from '../../events/encode-event.js'
import { createInputBuffer, placeOf, type InputBuffer } from './input-buffer.js'
import type { EngineInstance } from './instance.js'

/**
 * Folds events whose lines were unsure, rewritten as canonical text, which the engine expects.
 * Only what it cannot fold at all is left to the plain path: observations, and ids that need an escape.
 */
export class CanonicalRefold {
  readonly #instance: EngineInstance
  #buffer: InputBuffer = { bytes: new Uint8Array() }

  constructor(instance: EngineInstance) {
    this.#instance = instance
  }

  /** Folds an event if it takes part. Returns false if the engine is unsure of it all the same. */
  fold(event: ClientEvent): boolean {
    if (event.type === 'client.observed') return false
    const line = Buffer.from(`${eventText(event)}\n`)
    if (line.length > this.#buffer.bytes.length) {
      this.#buffer = createInputBuffer(this.#instance, 2 * line.length)
    }
    this.#buffer.bytes.set(line)
    const place = placeOf({ buffer: this.#buffer, end: line.length })
    return this.#instance.foldBlock(place, Infinity).unsure === 0
  }
}
