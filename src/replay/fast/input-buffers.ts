import type { Engine } from '../wasm/engine.js'
import type { InputBuffer } from '../wasm/input-buffer.js'

/** Small enough to stay in a processor's cache until it is folded, large enough for the cost of a message. */
export const BLOCK_BYTES = 1 << 20

/** The input buffers of a replay. They are created when they are needed, and used again for the next source. */
export class InputBuffers {
  readonly #engine: Engine
  readonly #blockBytes: number
  readonly #buffers: InputBuffer[] = []

  constructor(engine: Engine, blockBytes: number) {
    this.#engine = engine
    this.#blockBytes = blockBytes
  }

  /** A number of buffers, at least one, beginning with the one of that number. */
  slice(first: number, count: number): readonly [InputBuffer, ...InputBuffer[]] {
    while (this.#buffers.length < first + count) this.#buffers.push(this.#create())
    const [one = this.#create(), ...others] = this.#buffers.slice(first, first + count)
    return [one, ...others]
  }

  #create(): InputBuffer {
    return this.#engine.createBuffer(this.#blockBytes)
  }
}
