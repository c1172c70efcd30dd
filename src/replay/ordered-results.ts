interface SizedResult<A> {
  readonly result: A
  readonly size: number
}

/** Results of tasks that end in any order, for one reader who gets them in the order of their numbers, from 0. */
export class OrderedResults<A> {
  readonly #count: number
  readonly #maxSize: number
  readonly #waiting = new Map<number, SizedResult<A>>()
  /** The total size of those that wait. */
  #size = 0
  #next = 0
  #isClosed = false
  #failure: { readonly error: unknown } | null = null
  #changed = (): void => undefined
  #change = new Promise<void>((resolve) => (this.#changed = resolve))

  /**
   * @param count - how many results there will be
   * @param maxSize - the total size of results from which on tasks wait
   */
  constructor(count: number, maxSize: number) {
    this.#count = count
    this.#maxSize = maxSize
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Waits until there is room for the result of that number: the one that the reader needs next always has room. */
  async waitForRoom(number: number): Promise<void> {
    while (this.#size > this.#maxSize && number !== this.#next && !this.#isClosed) {
      await this.#change
    }
  }

  put(number: number, result: A, size: number): void {
    this.#waiting.set(number, { result, size })
    this.#size += size
    this.#wake()
  }

  /** Called by the reader when it needs no more. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** The reader fails where the next result is missing. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.close()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<A> {
    while (this.#next < this.#count) {
      const sized = this.#waiting.get(this.#next)
      if (sized !== undefined) {
        this.#waiting.delete(this.#next)
        this.#size -= sized.size
        this.#next += 1
        this.#wake()
        yield sized.result
      } else if (this.#failure !== null) throw this.#failure.error
      else await this.#change
    }
  }

  #wake(): void {
    this.#changed()
    this.#change = new Promise((resolve) => (this.#changed = resolve))
  }
}
