import type { StoreHarness } from './store-case.js'

/** The calls of stores that are not answered yet. */
export interface CallWatch {
  readonly harness: StoreHarness
  /** The names of the calls without an answer, such as `readAll, record`. */
  readonly pending: () => ReadonlyArray<string>
  /** Closes the stores that were opened and not closed. */
  readonly close: () => Promise<void>
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Opens stores of a harness whose calls are watched. The answers stay the same. */
export const watchCalls = ({ open, renew }: StoreHarness): CallWatch => {
  const calls = new Set<{ readonly name: string }>()
  const closings = new Set<() => PromiseLike<unknown>>()

  const watchAnswer = <A>(name: string, answer: A): A => {
    if (!isThenable(answer)) return answer
    const call = { name }
    calls.add(call)
    const end = (): void => void calls.delete(call)
    // Beside the answer, so that it comes at the same turn as without a watch.
    answer.then(end, end)
    return answer
  }
  const watchIterable = (name: string, iterable: AsyncIterable<unknown>) => ({
    [Symbol.asyncIterator]: () => {
      const iterator = iterable[Symbol.asyncIterator]()
      return {
        next: () => watchAnswer(name, iterator.next()),
        return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
        [Symbol.asyncIterator]() {
          return this
        },
      }
    },
  })
  const watched = <T extends object>(target: T, prefix = ''): T =>
    // Not over the target itself, whose properties may be fixed.
    new Proxy({} as T, {
      has: (_, key) => key in target,
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof key === 'symbol') return value
        const name = prefix + key
        if (typeof value === 'object' && value !== null) return watched(value, `${name}.`)
        if (typeof value !== 'function') return value
        return (...args: ReadonlyArray<unknown>): unknown => {
          const answer: unknown = Reflect.apply(value, target, args)
          return isIterable(answer) ? watchIterable(name, answer) : watchAnswer(name, answer)
        }
      },
    })
  return {
    harness: {
      renew,
      open: async () => {
        const store = await watchAnswer('open', open())
        closings.add(() => store.close())
        return watched(store)
      },
    },
    pending: () => Array.from(calls, ({ name }) => name),
    close: async () => {
      await Promise.allSettled(Array.from(closings, (close) => close()))
    },
  }
}
