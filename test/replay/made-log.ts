import fc from 'fast-check'
import { eventText } from '../../src/events/encode-event.js'
import type { LogSource } from '../../src/replay/source.js'
import { arbitraryEvent } from '../../src/testing/index.js'
import {
  arbitraryChunks,
  bytesOf,
  BYTE_ORDER_MARK,
  cutAt,
  eventLine,
  gzipMembers,
  NOT_UTF8,
  sourceOf,
} from './log-bytes.js'
import type { Reading, Refused } from './reading.js'

/** One line, and how it must be read. */
interface MadeLine {
  readonly bytes: Uint8Array
  readonly verdict: 'event' | 'blank' | Refused['error']
  /** The text of the event, if it is one. */
  readonly event: string
}

/** A log in one or more sources, and how it must be read. */
interface MadeLog {
  readonly sources: ReadonlyArray<LogSource>
  readonly expected: Reading
}

const refusedLine = (
  verdict: MadeLine['verdict'],
  ...parts: ReadonlyArray<string | Uint8Array>
): MadeLine => ({ bytes: bytesOf(...parts), verdict, event: '' })

const REFUSED_LINES: ReadonlyArray<MadeLine> = [
  refusedLine('InvalidJson', 'no event'),
  refusedLine('InvalidJson', eventLine().slice(0, -1)),
  // Behind a space, because a mark at the very start of a line is white space.
  refusedLine('InvalidJson', ' ', BYTE_ORDER_MARK, eventLine()),
  refusedLine('InvalidEvent', '7'),
  refusedLine('InvalidEvent', eventLine({ status: 'signed-in' })),
  refusedLine('UnknownEventType', eventLine({}, { type: 'user.created' })),
  ...NOT_UTF8.map(({ bytes }) => refusedLine('InvalidUtf8', '{"type":"', bytes, '"}')),
]

const arbitraryLine = (): fc.Arbitrary<MadeLine> =>
  fc.oneof(
    { weight: 4, arbitrary: arbitraryEvent().map(eventText).map(eventMade) },
    { weight: 1, arbitrary: fc.constantFrom('', ' ', '\t ').map(blankMade) },
    { weight: 2, arbitrary: fc.constantFrom(...REFUSED_LINES) },
  )

const eventMade = (event: string): MadeLine => ({ bytes: bytesOf(event), verdict: 'event', event })

const blankMade = (text: string): MadeLine => ({
  bytes: bytesOf(text),
  verdict: 'blank',
  event: '',
})

const arbitraryPacked = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(bytes) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.nat({ max: bytes.length }), { maxLength: 3 })
        .map((places) => gzipMembers(cutAt(bytes, places))),
    },
  )

const arbitrarySource = (bytes: Uint8Array, name: string): fc.Arbitrary<LogSource> =>
  arbitraryPacked(bytes)
    .chain(arbitraryChunks)
    .map((chunks) => sourceOf(chunks, name))

/** The lines of one source, with how it starts and how its lines end. */
const arbitraryContent = () =>
  fc.record({
    lines: fc.array(arbitraryLine(), { maxLength: 8 }),
    /** Which lines begin with a byte-order mark: their numbers, from 0. */
    marked: fc.subarray([...Array(8).keys()]),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    isEnded: fc.boolean(),
  })

type Content = ReturnType<typeof arbitraryContent> extends fc.Arbitrary<infer A> ? A : never

/** The lines with their byte-order marks and carriage returns, which belong to the lines. */
const withWhiteSpace = ({ lines, marked, lineEnd, isEnded }: Content): ReadonlyArray<MadeLine> =>
  lines.map((line, index) => {
    const mark = marked.includes(index) ? BYTE_ORDER_MARK : ''
    const isLast = !isEnded && index === lines.length - 1
    return { ...line, bytes: bytesOf(mark, line.bytes, lineEnd === '\n' || isLast ? '' : '\r') }
  })

const bytesOfContent = (content: Content): Uint8Array => {
  const lines = withWhiteSpace(content).flatMap(({ bytes }) => [bytes, '\n'])
  return bytesOf(...(content.isEnded ? lines : lines.slice(0, -1)))
}

const expectedOf = (contents: ReadonlyArray<Content>): Reading => {
  const lines = contents.flatMap((content, index) =>
    withWhiteSpace(content).map((line, place) => ({ ...line, source: nameOf(index), place })),
  )
  return {
    events: lines.filter(({ verdict }) => verdict === 'event').map(({ event }) => event),
    refused: lines.flatMap(({ verdict, source, place, bytes }) =>
      verdict === 'event' || verdict === 'blank'
        ? []
        : [{ source, line: place + 1, error: verdict, bytes: Buffer.from(bytes) }],
    ),
  }
}

const nameOf = (index: number): string => `log_${index}`

/** Any log: events, blank lines and refused ones, in any sources, compressed or not, in any chunks. */
export const arbitraryMadeLog = (): fc.Arbitrary<MadeLog> =>
  fc
    .array(arbitraryContent(), { minLength: 1, maxLength: 3 })
    .chain((contents) =>
      fc
        .tuple(
          ...contents.map((content, index) =>
            arbitrarySource(bytesOfContent(content), nameOf(index)),
          ),
        )
        .map((sources) => ({ sources, expected: expectedOf(contents) })),
    )

/** The same log twice, each time in other chunks, and compressed or not. */
export const arbitraryDelivery = (): fc.Arbitrary<readonly [LogSource, LogSource]> =>
  arbitraryContent()
    .map(bytesOfContent)
    .chain((bytes) => fc.tuple(arbitrarySource(bytes, 'log'), arbitrarySource(bytes, 'log')))
