import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../../events/client-event.js'
import { isBlank, type Line } from '../lines.js'
import { readLine } from '../read-line.js'
import type { RefusedLine } from '../read-log.js'
import type { Engine } from '../wasm/engine.js'

/** What all sources of a replay share. */
export interface FoldContext {
  readonly engine: Engine
  readonly maxLineBytes: number
  /** Folds an event of an unsure line. */
  readonly addPlain: (event: ClientEvent) => void
  readonly counts: { events: number; refused: number }
}

/** What the folding of a source yields: refused lines, and a mark after each block. */
export type FoldStep = RefusedLine | { readonly type: 'block-done' }

export const BLOCK_DONE = { type: 'block-done' } as const

/** Reads an unsure line as the plain path does. Yields it if it is refused. */
export function* settleLine(
  context: FoldContext,
  source: string,
  line: Line,
): Generator<RefusedLine> {
  const { maxLineBytes, addPlain, counts } = context
  if (line.part === 'whole' && line.bytes.length > maxLineBytes) {
    yield* settleLine(context, source, { ...line, part: 'first' })
    yield* settleLine(context, source, { ...line, bytes: new Uint8Array(), part: 'last' })
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
  yield { type: 'refused', source, line: number, error: event.left, bytes, part }
}
