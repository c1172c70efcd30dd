import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeLineError } from '../../src/replay/read-line.js'
import type { Progress } from '../../src/replay/read-log.js'
import {
  byteByByte,
  bytesOf,
  BYTE_ORDER_MARK,
  cutAt,
  eventLine,
  gzipMembers,
  logOf,
  NOT_UTF8,
  sourceOf,
} from './log-bytes.js'
import { read, readingOf, stepsOf, type Reading, type Refused } from './reading.js'
import { arbitraryDelivery, arbitraryMadeLog } from './made-log.js'

const FIRST = eventLine({ id: 'sess_1' })
const SECOND = eventLine({ id: 'sess_2', user_id: 'user_ünï_🦊' })

const withoutFlaw: Reading = await read(logOf(FIRST, SECOND))

const refusalOf = (reading: Reading): Refused => {
  const [refused, ...others] = reading.refused
  if (refused === undefined || others.length > 0) throw new Error('expected one refused line')
  return refused
}

describe('a log is read the same', () => {
  it('with carriage returns', async () => {
    expect(await read(bytesOf(FIRST, '\r\n', SECOND, '\r\n'))).toEqual(withoutFlaw)
  })

  it('with blank lines', async () => {
    const log = logOf('', FIRST, ' ', '\t\t', '\r', SECOND, '', ' \r')
    expect(await read(log)).toEqual(withoutFlaw)
  })

  it('without the last line feed', async () => {
    expect(await read(bytesOf(FIRST, '\n', SECOND))).toEqual(withoutFlaw)
  })

  it('with a byte-order mark at its start', async () => {
    expect(await read(bytesOf(BYTE_ORDER_MARK, FIRST, '\n', SECOND))).toEqual(withoutFlaw)
  })

  it('with a byte-order mark that is cut in two', async () => {
    const log = bytesOf(BYTE_ORDER_MARK, FIRST, '\n', SECOND)
    expect(await read(log, [1])).toEqual(withoutFlaw)
    expect(await read(log, [2])).toEqual(withoutFlaw)
  })

  it('with every character cut in two', async () => {
    const log = logOf(FIRST, SECOND)
    for (let place = log.indexOf('_ünï_🦊'); place < log.length; place++) {
      expect(await read(log, [place])).toEqual(withoutFlaw)
    }
  })

  it('with a line end cut in two', async () => {
    const log = bytesOf(FIRST, '\r\n', SECOND, '\r\n')
    expect(await read(log, [FIRST.length + 1])).toEqual(withoutFlaw)
  })

  it('byte by byte', async () => {
    const log = bytesOf(BYTE_ORDER_MARK, FIRST, '\r\n\r\n', SECOND)
    expect(readingOf(await stepsOf([sourceOf(byteByByte(log))]))).toEqual(withoutFlaw)
  })

  it('with white space around its events', async () => {
    expect(await read(logOf(` \t${FIRST} `, `${SECOND}\t`))).toEqual(withoutFlaw)
  })
})

describe('a log of nothing', () => {
  it.each(['', '\n', '\r\n\r\n', BYTE_ORDER_MARK, `${BYTE_ORDER_MARK}\n`])(
    'such as %j has no event and no refused line',
    async (text) => {
      expect(await read(bytesOf(text))).toEqual({ events: [], refused: [] })
    },
  )
})

describe('a refused line', () => {
  it('does not keep the others from being read', async () => {
    const reading = await read(logOf(FIRST, 'no event', SECOND))
    expect(reading.events).toEqual(withoutFlaw.events)
    expect(reading.refused).toHaveLength(1)
  })

  it('is named by its place, blank lines counted', async () => {
    const log = logOf('', ' \r', FIRST, 'no event')
    expect(refusalOf(await read(log))).toMatchObject({ source: 'log', line: 4 })
  })

  it('is given byte for byte, without the line feed', async () => {
    const bad = bytesOf(' ', Buffer.from([0xff, 0x00]), '\t\r')
    expect(refusalOf(await read(logOf(FIRST, bad, SECOND))).bytes).toEqual(bad)
  })

  it.each([
    { text: 'no event', error: 'InvalidJson' },
    { text: `${FIRST},`, error: 'InvalidJson' },
    { text: `${FIRST}${SECOND}`, error: 'InvalidJson' },
    { text: FIRST.slice(0, -1), error: 'InvalidJson' },
    { text: '\0', error: 'InvalidJson' },
    { text: 'null', error: 'InvalidEvent' },
    { text: `[${FIRST}]`, error: 'InvalidEvent' },
    { text: eventLine({ status: 'signed-in' }), error: 'InvalidEvent' },
    { text: eventLine({}, { type: 'user.created' }), error: 'UnknownEventType' },
  ])('such as $text is refused as $error', async ({ text, error }) => {
    expect(refusalOf(await read(logOf(FIRST, text, SECOND)))).toMatchObject({ line: 2, error })
  })

  it('has a byte-order mark where no log starts', async () => {
    const log = logOf(FIRST, `${BYTE_ORDER_MARK}${SECOND}`)
    expect(refusalOf(await read(log))).toMatchObject({ line: 2, error: 'InvalidJson' })
  })

  it('has two byte-order marks at the start of the log', async () => {
    const log = logOf(`${BYTE_ORDER_MARK}${BYTE_ORDER_MARK}${FIRST}`, SECOND)
    expect(refusalOf(await read(log))).toMatchObject({ line: 1, error: 'InvalidJson' })
  })

  it.each(NOT_UTF8)('is not patched if it has $flaw', async ({ bytes }) => {
    const [before, after] = eventLine({ user_id: 'user_|' }).split('|')
    const bad = bytesOf(before ?? '', bytes, after ?? '')
    const log = logOf(FIRST, bad, SECOND)
    expect(await read(log)).toEqual({
      events: withoutFlaw.events,
      refused: [{ source: 'log', line: 2, error: 'InvalidUtf8', bytes: bad }],
    })
  })

  it('may be what a sequence cut by the line feed leaves on both sides', async () => {
    const [before, after] = [eventLine({ user_id: 'user_\u00e9' }), SECOND]
    const cut = Buffer.from(before).indexOf(0xc3) + 1
    const bytes = Buffer.from(before)
    const log = logOf(bytes.subarray(0, cut), bytes.subarray(cut), after)
    const reading = await read(log)
    expect(reading.refused.map(({ error }) => error)).toEqual(['InvalidUtf8', 'InvalidUtf8'])
    expect(reading.events).toHaveLength(1)
  })

  it('is described without any value that it holds', async () => {
    const canary = 'canary_7c1'
    const steps = await stepsOf([
      sourceOf([
        logOf(
          `{"type":"session.created","data":"${canary}`,
          eventLine({ status: canary }),
          eventLine({ expire_at: canary, tasks: canary, actor: canary }),
          eventLine({ [canary]: canary, latest_activity: { [canary]: canary } }),
          eventLine({}, { type: canary }),
          eventLine({}, { id: '', instance_id: [canary] }),
          bytesOf(canary, Buffer.from([0xff])),
          JSON.stringify({ [canary]: canary }),
        ),
      ]),
    ])
    const texts = steps.flatMap((step) =>
      step.type === 'refused' ? [describeLineError(step.error)] : [],
    )
    expect(texts).toHaveLength(8)
    expect(texts.join('\n')).not.toContain(canary)
  })
})

describe('a line that is too long', () => {
  const long = eventLine({ user_id: 'u'.repeat(2000) })
  const places = [...Array(20).keys()].map((index) => 100 * index)

  it('is refused, and the lines around it are read', async () => {
    const log = logOf(FIRST, long, SECOND)
    const reading = await read(log, places, { maxLineBytes: 1000 })
    expect(reading.events).toEqual(withoutFlaw.events)
    expect(refusalOf(reading)).toMatchObject({ line: 2, error: 'LineTooLong' })
  })

  it('gives all its bytes, piece by piece', async () => {
    const log = logOf(FIRST, long, SECOND)
    const reading = await read(log, places, { maxLineBytes: 1000 })
    expect(refusalOf(reading).bytes.toString()).toBe(long)
  })

  it('counts as one refused line', async () => {
    const steps = await stepsOf([sourceOf(cutAt(logOf(long, FIRST), places))], {
      maxLineBytes: 500,
    })
    expect(steps.at(-1)).toMatchObject({ type: 'progress', events: 1, refused: 1 })
  })

  it('is refused even if it comes in one piece', async () => {
    const reading = await read(logOf(FIRST, long, SECOND), [], { maxLineBytes: 1000 })
    expect(reading.events).toEqual(withoutFlaw.events)
    expect(refusalOf(reading)).toMatchObject({ line: 2, error: 'LineTooLong' })
  })

  it('is one of more than 64 MiB, unless told otherwise', async () => {
    const space = Buffer.alloc(1 << 20, ' ')
    const chunks = [bytesOf(FIRST), ...Array<Buffer>(65).fill(space), logOf('', SECOND)]
    const reading = readingOf(await stepsOf([sourceOf(chunks)]))
    expect(refusalOf(reading)).toMatchObject({ line: 1, error: 'LineTooLong' })
    expect(reading.events).toEqual(withoutFlaw.events.slice(1))
  })
})

describe('several logs', () => {
  it('are read one after the other, each with lines of its own', async () => {
    const sources = [sourceOf([bytesOf(FIRST, '\nno')], 'a'), sourceOf([logOf('no', SECOND)], 'b')]
    const { events, refused } = readingOf(await stepsOf(sources))
    expect(events).toEqual(withoutFlaw.events)
    expect(refused.map(({ source, line }) => [source, line])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })

  it('may each start with a byte-order mark', async () => {
    const sources = [FIRST, SECOND].map((line) => sourceOf([bytesOf(BYTE_ORDER_MARK, line)]))
    expect(readingOf(await stepsOf(sources))).toEqual(withoutFlaw)
  })

  it('may be compressed or not, as they like', async () => {
    const sources = [
      sourceOf([gzipMembers([bytesOf(FIRST)])]),
      sourceOf([gzipMembers([bytesOf(BYTE_ORDER_MARK), logOf(SECOND)])]),
    ]
    expect(readingOf(await stepsOf(sources))).toEqual(withoutFlaw)
  })

  it('none at all, are read as nothing', async () => {
    expect(await stepsOf([])).toEqual([])
  })
})

describe('any log, of any sources, compressed or not, in any chunks', () => {
  it('is read as what was put into it', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryMadeLog(), async ({ sources, expected }) => {
        expect(readingOf(await stepsOf(sources))).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it('is read the same twice, delivered differently', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery(), async ([once, again]) => {
        expect(readingOf(await stepsOf([once]))).toEqual(readingOf(await stepsOf([again])))
      }),
      { numRuns: 50 },
    )
  })

  it('tells of a progress that never goes back and comes to its end', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryMadeLog(), async ({ sources, expected }) => {
        const steps = await stepsOf(sources)
        const progress = steps.filter((step): step is Progress => step.type === 'progress')
        for (const key of ['bytesRead', 'events', 'refused'] as const) {
          const counts = progress.map((step) => step[key])
          expect(counts).toEqual(counts.toSorted((left, right) => left - right))
        }
        const total = sources.reduce((sum, { size }) => sum + (size ?? 0), 0)
        expect(new Set(progress.map(({ bytesTotal }) => bytesTotal))).toEqual(new Set([total]))
        expect(progress.at(-1)).toMatchObject({
          bytesRead: total,
          events: expected.events.length,
          refused: expected.refused.length,
        })
      }),
      { numRuns: 50 },
    )
  })

  it('has no known total if one source has no known size', async () => {
    const unsized = { ...sourceOf([logOf(SECOND)]), size: null }
    const steps = await stepsOf([sourceOf([logOf(FIRST)]), unsized])
    expect(steps.at(-1)).toMatchObject({ bytesTotal: null, events: 2 })
  })
})
