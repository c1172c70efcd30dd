/**
 * Works on inputs a few at a time, and gives the results as they are ready, in no particular order. After
 * a failure, or when the caller stops, no further work begins, and it ends when the begun work has ended.
 */
export async function* inParallel<A, B>(
  inputs: Iterable<A> | AsyncIterable<A>,
  most: number,
  work: (input: A) => Promise<B>,
): AsyncGenerator<B, void> {
  const running = new Set<Promise<{ readonly end: () => unknown; readonly result: B }>>()
  const results = async function* (atMost: number): AsyncGenerator<B, void> {
    while (running.size > atMost) {
      const { end, result } = await Promise.race(running)
      end()
      yield result
    }
  }
  try {
    for await (const input of inputs) {
      const task = work(input).then((result) => ({ end: () => running.delete(task), result }))
      // After the first failure nothing awaits the other tasks, so their failures must count as handled.
      task.catch(() => undefined)
      running.add(task)
      yield* results(most - 1)
    }
    yield* results(0)
  } finally {
    await Promise.allSettled(running)
  }
}
