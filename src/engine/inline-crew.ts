import { foldBlock, type Crew, type WrittenClients } from './crew.js'
import type { EngineInstance } from './instance.js'
import { OutputRoom } from './range-writer.js'

function* written(own: EngineInstance, tables: number): Generator<WrittenClients> {
  const room = new OutputRoom(own)
  own.openRange(tables, 0, 1)
  for (let part = room.write(); !part.isLast; part = room.write()) {
    yield { bytes: own.bytesAt(part.address, part.length), count: part.count }
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
