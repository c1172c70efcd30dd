import type { Engine } from '../wasm/engine.js'
import type { InputBuffer } from '../wasm/input-buffer.js'

/** Small enough to stay in a processor's cache until it is folded, large enough for the cost of a message. */
export const BLOCK_BYTES = 1 << 20

/** The buffers for streams of a replay. They are created when they are needed, and used again for the next source. */
export class InputBuffers {
  readonly #engine: Engine
  readonly #buffers: InputBuffer[] = []
  /** How many bytes of a log are folded at once. */
  readonly blockBytes: number

  constructor(engine: Engine, blockBytes: number) {
    this.#engine = engine
    this.blockBytes = blockBytes
  }

  /** So many buffers, at least one. */
  slice(count: number): readonly [InputBuffer, ...InputBuffer[]] {
    while (this.#buffers.length < count) this.#buffers.push(this.#create())
    const [one = this.#create(), ...others] = this.#buffers.slice(0, count)
    return [one, ...others]
  }

  #create(): InputBuffer {
    return this.#engine.createBuffer(this.blockBytes)
  }
}
