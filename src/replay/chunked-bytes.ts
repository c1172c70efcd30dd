const NO_BYTES = new Uint8Array()

/** Bytes that come in chunks, the first of which can be looked at before they are used. */
export class ChunkedBytes {
  readonly #iterator: AsyncIterator<Uint8Array>
  #held: Uint8Array = NO_BYTES

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]()
  }

  /** The next bytes, which stay: at least so many, unless the end comes before. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      const chunk = await this.#iterator.next()
      if (chunk.done === true) break
      this.#held = this.#held.length === 0 ? chunk.value : Buffer.concat([this.#held, chunk.value])
    }
    return this.#held
  }

  /** Leaves out so many bytes, which were looked at. */
  skip(count: number): void {
    this.#held = this.#held.subarray(count)
  }

  /**
   * So many bytes.
   *
   * @throws Error if the end comes before.
   */
  async take(count: number): Promise<Buffer> {
    const { buffer, byteOffset, byteLength } = await this.peek(count)
    if (byteLength < count) throw new Error('unexpected end of file')
    this.skip(count)
    return Buffer.from(buffer, byteOffset, count)
  }

  /** The next chunk, as it came; null at the end. */
  async next(): Promise<Uint8Array | null> {
    const chunk = await this.peek(1)
    this.#held = NO_BYTES
    return chunk.length === 0 ? null : chunk
  }

  /** Puts back the end of a chunk that was not used. */
  putBack(bytes: Uint8Array): void {
    this.#held = bytes
  }

  /** All chunks that are left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) yield chunk
  }

  /** Ends the source, with its next chunk if one is awaited. */
  close(): void {
    this.#iterator.return?.().catch(() => undefined)
  }
}
