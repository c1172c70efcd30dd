import type { EngineInstance } from './instance.js'
import { OutputBuffer, type OutputPart } from './output-buffer.js'
import type { Pool } from './pool.js'

/** Runs a function after callbacks that are pending, so that the system can begin what they ask for. */
const afterPendingCallbacks = async <A>(run: () => A): Promise<A> => {
  await new Promise((resolve) => setImmediate(resolve))
  return run()
}

/** While the caller handles one part, the next is written into another buffer. */
async function* outputParts(instance: EngineInstance, tables: number): AsyncGenerator<OutputPart> {
  const buffers = [new OutputBuffer(instance), new OutputBuffer(instance)] as const
  instance.openRange(tables, 0, 1)
  const write = (turn: number): Promise<OutputPart> =>
    afterPendingCallbacks(() => buffers[turn === 0 ? 0 : 1].write())
  let next = write(0)
  for (let turn = 1; ; turn = 1 - turn) {
    const part = await next
    if (part.isLast) return
    next = write(turn)
    yield part
  }
}

/** The pool that folds on this thread. */
export const createInlinePool = (instance: EngineInstance): Pool => ({
  depth: 1,
  tables: 1,
  fold: (place, _turn, maxLineBytes) => Promise.resolve(instance.foldBlock(place, maxLineBytes)),
  publishSorted: () => {
    instance.publishSorted(0)
    return Promise.resolve()
  },
  write: (tables) => outputParts(instance, tables),
  close: () => Promise.resolve(),
})
