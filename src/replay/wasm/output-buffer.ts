import type { EngineInstance, RangePart } from './instance.js'

/** Lines of Clients in an output buffer. */
export interface OutputPart {
  readonly address: number
  /** Bytes. */
  readonly length: number
  /** How many Clients. */
  readonly count: number
  /** The range ends with this part. */
  readonly isLast: boolean
}

const FIRST_BYTES = 1 << 20

/** Space in the engine's memory for lines of Clients. It grows with the longest line. */
export class OutputBuffer {
  readonly #instance: EngineInstance
  #address: number
  #bytes = FIRST_BYTES

  constructor(instance: EngineInstance) {
    this.#instance = instance
    this.#address = instance.takeRegion(FIRST_BYTES)
  }

  /** Writes what comes next in the range that the instance has opened. */
  write(): OutputPart {
    const part = this.#instance.writeRange(this.#address, this.#bytes)
    const { length, count, isLast } =
      part.bytesNeeded > 0 ? this.#writeLarger(part.bytesNeeded) : part
    return { address: this.#address, length, count, isLast }
  }

  #writeLarger(bytesNeeded: number): RangePart {
    this.#bytes = 2 * bytesNeeded
    this.#address = this.#instance.takeRegion(this.#bytes)
    return this.#instance.writeRange(this.#address, this.#bytes)
  }
}
