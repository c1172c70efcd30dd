import type { RefusedLine } from '../read-log.js'
import { readSource, type LogSource } from '../source.js'
import type { BlockResult } from '../wasm/engine.js'
import { BlockReader, type LogPart } from './block-reader.js'
import { createStreamReader } from './byte-reader.js'
import type { InputBuffers } from './input-buffers.js'
import { BLOCK_DONE, settleLine, type FoldContext, type FoldStep } from './settle-line.js'

/** A part that was read and, if it is a block, folded. */
interface PartResult {
  readonly part: LogPart
  /** Null if the part is no block. */
  readonly result: BlockResult | null
}

/** The same promise, whose rejection is handled where it is awaited later: until then Node must not end for it. */
const deferRejection = <A>(promise: Promise<A>): Promise<A> => {
  promise.catch(() => undefined)
  return promise
}

/** Yields the oldest of several tasks, and begins another one for each. */
function* oldestFirst<A>(tasks: A[], begin: () => A): Generator<A> {
  for (let oldest = tasks.shift(); oldest !== undefined; oldest = tasks.shift()) {
    yield oldest
    tasks.push(begin())
  }
}

/** Yields the parts in their order. The next block is read while others are folded, by the threads in turn. */
async function* foldParts(
  { engine, maxLineBytes }: FoldContext,
  reader: BlockReader,
  depth: number,
): AsyncGenerator<PartResult> {
  const fold = async (part: LogPart, block: number): Promise<PartResult> => {
    if (part.type !== 'block') return { part, result: null }
    const result = await engine.fold(part.block, block % engine.threads, maxLineBytes)
    return { part, result }
  }
  let block = 0
  let reading = deferRejection(reader.next())
  const begin = (): Promise<PartResult> => {
    const read = reading
    // The next read begins before this block is folded, which may occupy this thread.
    reading = deferRejection(read.then(() => reader.next()))
    return deferRejection(read.then((part) => fold(part, block++)))
  }
  const tasks = Array.from({ length: depth }, begin)
  for (const task of oldestFirst(tasks, begin)) {
    const result = await task
    if (result.part.type === 'end') return
    yield result
  }
}

/** Yields the refused lines of a part. Returns how many lines end in it. */
function* settlePart(
  context: FoldContext,
  source: string,
  { part, result }: PartResult,
  linesBefore: number,
): Generator<RefusedLine, number> {
  const first = linesBefore + 1
  if (result !== null) {
    context.counts.events += result.events
    for (const { number, bytes } of result.unsureLines) {
      yield* settleLine(context, source, { number: first + number, bytes, part: 'whole' })
    }
    return result.lines
  }
  let lines = 0
  for (const piece of part.type === 'long-line' ? part.pieces : []) {
    yield* settleLine(context, source, { ...piece, number: first + lines })
    if (piece.part === 'whole' || piece.part === 'last') lines += 1
  }
  return lines
}

/**
 * Folds a source that this thread has to read: a stream, or gzip.
 *
 * @param count - called with the number of bytes, as stored, after each read
 */
export async function* foldStream(
  context: FoldContext,
  source: LogSource,
  buffers: InputBuffers,
  count: (bytes: number) => void,
): AsyncGenerator<FoldStep> {
  const { threads } = context.engine
  // Two blocks for each thread, and one that is read, and one whose unsure lines are settled.
  const depth = threads === 1 ? 1 : 2 * threads
  const bytes = createStreamReader(readSource(source, count))
  const reader = new BlockReader(bytes, buffers.slice(depth + 2), context.maxLineBytes)
  try {
    let lines = 0
    for await (const result of foldParts(context, reader, depth)) {
      lines += yield* settlePart(context, source.name, result, lines)
      yield BLOCK_DONE
    }
  } finally {
    reader.close()
  }
}
