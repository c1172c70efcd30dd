import { foldBlock, type Crew, type WrittenClients } from './pool.js'
import type { EngineInstance } from './instance.js'
import { OutputRoom, type WrittenPart } from './range-writer.js'

/** Does it when whoever waits for the system has begun to wait. */
const soon = async <A>(run: () => A): Promise<A> => {
  await new Promise((resolve) => setImmediate(resolve))
  return run()
}

/** While one part is on its way out, the next is written, in another room. */
async function* written(own: EngineInstance, tables: number): AsyncGenerator<WrittenClients> {
  const rooms = [new OutputRoom(own), new OutputRoom(own)] as const
  own.openRange(tables, 0, 1)
  const write = (turn: number): Promise<WrittenPart> =>
    soon(() => rooms[turn === 0 ? 0 : 1].write())
  let writing = write(0)
  for (let turn = 1; ; turn = 1 - turn) {
    const { isLast, address, length, count } = await writing
    if (isLast) return
    writing = write(turn)
    yield { bytes: own.bytesAt(address, length), count }
  }
}

/** This thread alone. */
export const inlineCrew = (own: EngineInstance): Crew => ({
  depth: 1,
  own,
  tables: 1,
  fold: (block, _turn, mostLineBytes) => Promise.resolve(foldBlock(own, block, mostLineBytes)),
  finish: () => {
    own.finish(0)
    return Promise.resolve()
  },
  write: (tables) => written(own, tables),
  close: () => Promise.resolve(),
})
