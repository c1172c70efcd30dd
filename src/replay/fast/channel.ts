/** Values on their way from one task to another that takes them later; who puts too much in has to wait. */
export class Channel<A> {
  readonly #most: number
  readonly #held: Array<readonly [value: A, size: number]> = []
  #heldSize = 0
  #isClosed = false
  #failure: { readonly error: unknown } | null = null
  #wakeReader = (): void => undefined
  #wakeWriter = (): void => undefined

  /** @param most - so much may be held before who puts in has to wait */
  constructor(most: number) {
    this.#most = most
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Puts a value in, and waits while too much is held. */
  async put(value: A, size: number): Promise<void> {
    this.#held.push([value, size])
    this.#heldSize += size
    this.#wakeReader()
    while (this.#heldSize > this.#most && !this.#isClosed) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve))
    }
  }

  /** Nothing more will be put in; or nothing more is wanted. */
  close(): void {
    this.#isClosed = true
    this.#wakeReader()
    this.#wakeWriter()
  }

  /** Who reads is to fail, when everything before was taken. */
  fail(error: unknown): void {
    this.#failure = { error }
    this.close()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<A> {
    for (;;) {
      const next = this.#held.shift()
      if (next !== undefined) {
        this.#heldSize -= next[1]
        this.#wakeWriter()
        yield next[0]
      } else if (this.#failure !== null) throw this.#failure.error
      else if (this.#isClosed) return
      else await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    }
  }
}
