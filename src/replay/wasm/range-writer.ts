import { unsigned, type EngineInstance } from './instance.js'

/** Lines that were written, and where. */
export interface WrittenPart {
  readonly address: number
  readonly length: number
  readonly count: number
  /** Nothing more of the range. */
  readonly isLast: boolean
}

/** Where lines are written, before they go out. */
export const OUTPUT_BYTES = 1 << 20

/** A place for output in the memory; it grows with the longest line. */
export class OutputRoom {
  readonly #instance: EngineInstance
  #address: number
  #bytes = OUTPUT_BYTES

  constructor(instance: EngineInstance) {
    this.#instance = instance
    this.#address = unsigned(instance.takeRegion(OUTPUT_BYTES))
  }

  /** Writes what comes next in the range that was opened. */
  write(): WrittenPart {
    const instance = this.#instance
    let length = instance.writeRange(this.#address, this.#bytes)
    const needed = unsigned(instance.needed.value)
    if (needed > 0) {
      this.#bytes = 2 * needed
      this.#address = unsigned(instance.takeRegion(this.#bytes))
      length = instance.writeRange(this.#address, this.#bytes)
    }
    const count = instance.written.value
    return { address: this.#address, length: unsigned(length), count, isLast: length === 0 }
  }
}
