import type { FileHandle } from 'node:fs/promises'
import type { RefusedLine } from '../read-log.js'
import { SourceUnreadable, type ByteRange } from '../source.js'
import type { FileBlock } from '../wasm/file-block.js'
import { BlockSchedule } from './block-schedule.js'
import { fileLines } from './file-lines.js'
import { OrderedResults } from '../ordered-results.js'
import { BLOCK_DONE, settleLine, type FoldContext, type FoldStep } from './settle-line.js'

/** A file that is no gzip, and which bytes of it are read. */
export interface OpenFile {
  readonly name: string
  readonly handle: FileHandle
  readonly range: ByteRange
}

/** How many blocks this thread has: one that is folded, and one that is read. */
const OWN_BLOCKS = 2
/** How many blocks a worker has to fold, so that it need not wait for this thread. */
const WORKER_BLOCKS = 3
/** How many bytes of refused lines wait for those before them, until threads wait too. */
const MAX_WAITING_BYTES = 1 << 24
/** About what a refused line takes in memory, beside its bytes. */
const REFUSED_LINE_BYTES = 256

/** A block whose unsure lines were read. Refused lines are numbered from 1 in the block. */
interface FoldedBlock {
  readonly lines: number
  readonly refused: ReadonlyArray<RefusedLine>
  /** From where on its lines are left to the plain path, up to the end of the block; null if none is. */
  readonly rest: number | null
  readonly end: number
}

const sizeOf = (refused: ReadonlyArray<RefusedLine>): number =>
  refused.reduce((size, { bytes }) => size + bytes.length + REFUSED_LINE_BYTES, 0)

/** Reads lines as the plain path does. Returns how many lines there were. */
async function* foldRest(
  context: FoldContext,
  { name, handle }: OpenFile,
  [start, end]: ByteRange,
  linesBefore: number,
): AsyncGenerator<RefusedLine, number> {
  let lines = 0
  try {
    for await (const line of fileLines(handle, start, end, context.maxLineBytes)) {
      lines = line.number
      yield* settleLine(context, name, { ...line, number: linesBefore + line.number })
    }
  } catch (error) {
    throw new SourceUnreadable(name, error)
  }
  return lines
}

/**
 * Folds a file: threads read and fold blocks of it, in any order, and this thread settles their unsure lines. Refused
 * lines come in the order of the file.
 *
 * @param blockBytes - the size of a block
 * @param count - called with the number of bytes after each block
 */
export async function* foldFile(
  context: FoldContext,
  file: OpenFile,
  blockBytes: number,
  count: (bytes: number) => void,
): AsyncGenerator<FoldStep> {
  const { engine, maxLineBytes } = context
  const { name, handle, range } = file
  const blocks = Math.ceil((range[1] - range[0]) / blockBytes)
  const schedule = new BlockSchedule(blocks, engine.threads)
  const results = new OrderedResults<FoldedBlock>(blocks, MAX_WAITING_BYTES)

  const blockAt = (number: number): FileBlock => {
    const start = range[0] + number * blockBytes
    const end = Math.min(start + blockBytes, range[1])
    return { file: handle.fd, start, end, isFirst: number === 0, maxBytes: blockBytes }
  }
  const fold = async (number: number, thread: number): Promise<void> => {
    const block = blockAt(number)
    const { lines, events, unsureLines, rest } = await engine.foldFile(block, thread, maxLineBytes)
    context.counts.events += events
    const refused = unsureLines.flatMap(({ number: before, bytes }) => [
      ...settleLine(context, name, { number: before + 1, bytes, part: 'whole' }),
    ])
    count(block.end - block.start)
    results.put(number, { lines, refused, rest, end: block.end }, sizeOf(refused))
  }
  const foldBlocks = async (thread: number): Promise<void> => {
    for (let next = schedule.next(thread); next !== null; next = schedule.next(thread)) {
      await results.waitForRoom(next)
      if (results.isClosed) return
      await fold(next, thread)
    }
  }
  const tasks = Array.from({ length: engine.threads }, (_, thread) =>
    Array.from({ length: thread === 0 ? OWN_BLOCKS : WORKER_BLOCKS }, () =>
      foldBlocks(thread).catch((error: unknown) => {
        results.fail(error)
      }),
    ),
  ).flat()

  try {
    let linesBefore = 0
    for await (const { lines, refused, rest, end } of results) {
      for (const step of refused) yield { ...step, line: linesBefore + step.line }
      linesBefore += lines
      if (rest !== null) linesBefore += yield* foldRest(context, file, [rest, end], linesBefore)
      yield BLOCK_DONE
    }
  } finally {
    results.close()
    await Promise.all(tasks)
  }
}
