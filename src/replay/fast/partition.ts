import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../../events/client-event.js'
import { isBlank, type Line } from '../lines.js'
import { readLine } from '../read-line.js'
import type { RefusedLine } from '../read-log.js'
import type { BlockResult, Engine } from '../wasm/engine.js'
import type { BlockReader, LogPart } from './block-reader.js'

/** What all partitions of a replay share. */
export interface PartitionContext {
  readonly engine: Engine
  readonly maxLineBytes: number
  /** Folds an event of an unsure line. */
  readonly addPlain: (event: ClientEvent) => void
  readonly counts: { events: number; refused: number }
}

/** A part of a source, which begins with a line, and how it is folded. */
export interface PartitionOptions {
  readonly source: string
  readonly reader: BlockReader
  /** How many blocks may be folded at once. */
  readonly depth: number
  /** The turn of the n-th block, which chooses the thread that folds it. */
  readonly turnOf: (block: number) => number
}

/** What a partition yields: refused lines, numbered from 1 in the partition, and a mark after each block. */
export type PartitionStep = RefusedLine | { readonly type: 'block-done' }

const BLOCK_DONE = { type: 'block-done' } as const

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

/** Reads and folds a part of a source: several blocks at once, whose results come in their order. */
export class Partition {
  readonly #context: PartitionContext
  readonly #options: PartitionOptions
  #lines = 0

  constructor(context: PartitionContext, options: PartitionOptions) {
    this.#context = context
    this.#options = options
  }

  /** How many lines the steps so far have covered. */
  get lines(): number {
    return this.#lines
  }

  async *steps(): AsyncGenerator<PartitionStep> {
    for await (const { part, result } of this.#results()) {
      if (result !== null) yield* this.#settleBlock(result)
      else if (part.type === 'long-line') yield* this.#settleLongLine(part.pieces)
      yield BLOCK_DONE
    }
  }

  /** The next block is read while others are folded. */
  async *#results(): AsyncGenerator<PartResult> {
    const { reader, depth } = this.#options
    let block = 0
    let reading = deferRejection(reader.next())
    const begin = (): Promise<PartResult> => {
      const read = reading
      // The next read begins before this block is folded, which may occupy this thread.
      reading = deferRejection(read.then(() => reader.next()))
      return deferRejection(read.then((part) => this.#fold(part, block++)))
    }
    const tasks = Array.from({ length: depth }, begin)
    for (const task of oldestFirst(tasks, begin)) {
      const result = await task
      if (result.part.type === 'end') return
      yield result
    }
  }

  async #fold(part: LogPart, block: number): Promise<PartResult> {
    if (part.type !== 'block') return { part, result: null }
    const { engine, maxLineBytes } = this.#context
    const turn = this.#options.turnOf(block)
    return { part, result: await engine.fold(part.block, turn, maxLineBytes) }
  }

  *#settleBlock({ lines, events, unsureLines }: BlockResult): Generator<PartitionStep> {
    this.#context.counts.events += events
    for (const { number, bytes } of unsureLines) {
      yield* this.#settle({ number: this.#lines + 1 + number, bytes, part: 'whole' })
    }
    this.#lines += lines
  }

  *#settleLongLine(pieces: ReadonlyArray<Line>): Generator<PartitionStep> {
    for (const piece of pieces) {
      yield* this.#settle({ ...piece, number: this.#lines + 1 })
      if (piece.part === 'whole' || piece.part === 'last') this.#lines += 1
    }
  }

  /** Reads an unsure line as the plain path does. */
  *#settle(line: Line): Generator<PartitionStep> {
    const { maxLineBytes, addPlain, counts } = this.#context
    if (line.part === 'whole' && line.bytes.length > maxLineBytes) {
      yield* this.#settle({ ...line, part: 'first' })
      yield* this.#settle({ ...line, bytes: new Uint8Array(), part: 'last' })
      return
    }
    if (line.part === 'whole' && isBlank(line.bytes)) return
    const event = readLine(line)
    if (E.isRight(event)) {
      counts.events += 1
      addPlain(event.right)
      return
    }
    const { number, bytes, part } = line
    if (part === 'whole' || part === 'first') counts.refused += 1
    const { source } = this.#options
    yield { type: 'refused', source, line: number, error: event.left, bytes, part }
  }
}
