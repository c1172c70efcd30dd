interface SizedValue<A> {
  readonly value: A
  readonly size: number
}

/** A queue between two tasks. The writer waits while the queue holds too much. */
export class Channel<A> {
  readonly #maxSize: number
  readonly #values: Array<SizedValue<A>> = []
  #size = 0
  #isClosed = false
  #failure: { readonly error: unknown } | null = null
  #wakeReader = (): void => undefined
  #wakeWriter = (): void => undefined

  /** @param maxSize - the total size of values from which on the writer waits */
  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Adds a value, and waits while the queue holds too much. */
  async put(value: A, size: number): Promise<void> {
    this.#values.push({ value, size })
    this.#size += size
    this.#wakeReader()
    while (this.#size > this.#maxSize && !this.#isClosed) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve))
    }
  }

  /** Called by the writer when it has no more values, or by the reader when it needs no more. */
  close(): void {
    this.#isClosed = true
    this.#wakeReader()
    this.#wakeWriter()
  }

  /** Closes the channel; the reader fails after the last value. */
  fail(error: unknown): void {
    this.#failure = { error }
    this.close()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<A> {
    for (;;) {
      const next = this.#values.shift()
      if (next !== undefined) {
        this.#size -= next.size
        this.#wakeWriter()
        yield next.value
      } else if (this.#failure !== null) throw this.#failure.error
      else if (this.#isClosed) return
      else await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    }
  }
}
