import * as E from 'fp-ts/lib/Either.js'
import type { Block, BlockCount, Crew } from '../wasm/pool.js'
import type { ClientEvent } from '../../events/client-event.js'
import { isBlank, type Line } from '../lines.js'
import { readLine } from '../read-line.js'
import type { RefusedLine } from '../read-log.js'
import type { BlockReader, Part } from './block-reader.js'

/** What all lanes of a replay share. */
export interface LaneContext {
  readonly crew: Crew
  readonly maxLineBytes: number
  /** Takes an event of which the engine was not sure. */
  readonly addPlain: (event: ClientEvent) => void
  readonly counts: { events: number; refused: number }
}

/** A part of a source, from the beginning of a line on, and who folds it. */
export interface LaneOptions {
  readonly source: string
  readonly reader: BlockReader
  /** How many blocks may be with the crew at once. */
  readonly depth: number
  /** Whose turn it is to fold the n-th block. */
  readonly turnOf: (block: number) => number
}

/** What a lane yields: refused lines, counted from 1 in the lane, and a mark when a block is done. */
export type LaneStep = RefusedLine | { readonly type: 'block-done' }

const BLOCK_DONE = { type: 'block-done' } as const
const ENTRY_BYTES = 8
const LINE_FEED = 0x0a

interface Folded {
  readonly part: Part
  readonly count: BlockCount | null
}

/** Handled where it is awaited, in its turn; until then it is nobody's failure. */
const later = <A>(promise: Promise<A>): Promise<A> => {
  promise.catch(() => undefined)
  return promise
}

/** The oldest of some, then the next; for each that is taken another one begins. */
function* inTurn<A>(waiting: A[], begin: () => A): Generator<A> {
  for (let oldest = waiting.shift(); oldest !== undefined; oldest = waiting.shift()) {
    yield oldest
    waiting.push(begin())
  }
}

/** Reads and folds a part of a source: several blocks at once, answered in their order. */
export class Lane {
  readonly #context: LaneContext
  readonly #options: LaneOptions
  /** Lines that are done. */
  #lines = 0

  constructor(context: LaneContext, options: LaneOptions) {
    this.#context = context
    this.#options = options
  }

  /** How many lines there are; right when all steps are taken. */
  get lines(): number {
    return this.#lines
  }

  async *steps(): AsyncGenerator<LaneStep> {
    for await (const { part, count } of this.#inOrder()) {
      if (part.type === 'block' && count !== null) yield* this.#settleBlock(part.block, count)
      else if (part.type === 'long') yield* this.#settleLong(part.pieces)
      yield BLOCK_DONE
    }
  }

  /** The next block is read while others are folded. */
  async *#inOrder(): AsyncGenerator<Folded> {
    const { reader, depth } = this.#options
    let block = 0
    let reading = later(reader.next())
    const begin = (): Promise<Folded> => {
      const read = reading
      // Asked for first, so that it is on its way while this thread folds.
      reading = later(read.then(() => reader.next()))
      return later(read.then((part) => this.#fold(part, block++)))
    }
    const folding = Array.from({ length: depth }, begin)
    for (const oldest of inTurn(folding, begin)) {
      const folded = await oldest
      if (folded.part.type === 'end') return
      yield folded
    }
  }

  async #fold(part: Part, block: number): Promise<Folded> {
    if (part.type !== 'block') return { part, count: null }
    const { crew, maxLineBytes } = this.#context
    const turn = this.#options.turnOf(block)
    return { part, count: await crew.fold(part.block, turn, maxLineBytes) }
  }

  *#settleBlock(block: Block, { lines, events, unsure }: BlockCount): Generator<LaneStep> {
    this.#context.counts.events += events
    const { own } = this.#context.crew
    const bytes = own.bytesAt(block.start, block.end - block.start)
    const list = own.dataAt(block.list, unsure * ENTRY_BYTES)
    for (let entry = 0; entry < unsure * ENTRY_BYTES; entry += ENTRY_BYTES) {
      const start = list.getUint32(entry, true) - block.start
      const number = this.#lines + 1 + list.getUint32(entry + 4, true)
      // A copy: the room is used again, and who is told may keep it.
      const line = bytes.slice(start, bytes.indexOf(LINE_FEED, start))
      yield* this.#settle({ number, bytes: line, part: 'whole' })
    }
    this.#lines += lines
  }

  *#settleLong(pieces: ReadonlyArray<Line>): Generator<LaneStep> {
    for (const piece of pieces) {
      yield* this.#settle({ ...piece, number: this.#lines + 1 })
      if (piece.part === 'whole' || piece.part === 'last') this.#lines += 1
    }
  }

  /** Reads a line as the plain path does. */
  *#settle(line: Line): Generator<LaneStep> {
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
