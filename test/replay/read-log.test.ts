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

describe('equal readings', () => {
  it('carriage returns make no difference', async () => {
    expect(await read(bytesOf(FIRST, '\r\n', SECOND, '\r\n'))).toEqual(withoutFlaw)
  })

  it('blank lines make no difference', async () => {
    const log = logOf('', FIRST, ' ', '\t\t', '\r', SECOND, '', ' \r')
    expect(await read(log)).toEqual(withoutFlaw)
  })

  it('the last line feed makes no difference', async () => {
    expect(await read(bytesOf(FIRST, '\n', SECOND))).toEqual(withoutFlaw)
  })

  it('a byte-order mark at the start makes no difference', async () => {
    expect(await read(bytesOf(BYTE_ORDER_MARK, FIRST, '\n', SECOND))).toEqual(withoutFlaw)
  })

  it('byte-order marks at the start of lines make no difference', async () => {
    const marks = `${BYTE_ORDER_MARK}${BYTE_ORDER_MARK}`
    const log = logOf(`${marks}${FIRST}`, BYTE_ORDER_MARK, `${marks} ${SECOND}`)
    expect(await read(log)).toEqual(withoutFlaw)
  })

  it('a byte-order mark that chunks cut in two makes no difference', async () => {
    const log = bytesOf(BYTE_ORDER_MARK, FIRST, '\n', BYTE_ORDER_MARK, SECOND)
    const second = log.lastIndexOf(BYTE_ORDER_MARK)
    for (const place of [1, 2, second + 1, second + 2]) {
      expect(await read(log, [place])).toEqual(withoutFlaw)
    }
  })

  it('a character that chunks cut in two makes no difference', async () => {
    const log = logOf(FIRST, SECOND)
    for (let place = log.indexOf('_ünï_🦊'); place < log.length; place++) {
      expect(await read(log, [place])).toEqual(withoutFlaw)
    }
  })

  it('a line end that chunks cut in two makes no difference', async () => {
    const log = bytesOf(FIRST, '\r\n', SECOND, '\r\n')
    expect(await read(log, [FIRST.length + 1])).toEqual(withoutFlaw)
  })

  it('a log that comes byte by byte is read the same', async () => {
    const log = bytesOf(BYTE_ORDER_MARK, FIRST, '\r\n\r\n', SECOND)
    expect(readingOf(await stepsOf([sourceOf(byteByByte(log))]))).toEqual(withoutFlaw)
  })

  it('white space around events makes no difference', async () => {
    expect(await read(logOf(` \t${FIRST} `, `${SECOND}\t`))).toEqual(withoutFlaw)
  })
})

describe('empty logs', () => {
  it.each(['', '\n', '\r\n\r\n', BYTE_ORDER_MARK, `${BYTE_ORDER_MARK}\n`])(
    'the log %j has no event and no refused line',
    async (text) => {
      expect(await read(bytesOf(text))).toEqual({ events: [], refused: [] })
    },
  )
})

describe('refused lines', () => {
  it('the lines around a refused line are read', async () => {
    const reading = await read(logOf(FIRST, 'no event', SECOND))
    expect(reading.events).toEqual(withoutFlaw.events)
    expect(reading.refused).toHaveLength(1)
  })

  it('a refused line has its number, for which blank lines count', async () => {
    const log = logOf('', ' \r', FIRST, 'no event')
    expect(refusalOf(await read(log))).toMatchObject({ source: 'log', line: 4 })
  })

  it('a refused line has all of its bytes, without the line feed', async () => {
    const bad = bytesOf(' ', Buffer.from([0xff, 0x00]), '\t\r')
    expect(refusalOf(await read(logOf(FIRST, bad, SECOND))).bytes).toEqual(bad)
  })

  it.each([
    { text: 'no event', error: 'InvalidJson' },
    { text: `${FIRST},`, error: 'InvalidJson' },
    { text: `${FIRST}${SECOND}`, error: 'SeveralObjects' },
    { text: ` ${FIRST}, ${SECOND}`.trim(), error: 'SeveralObjects' },
    { text: `${FIRST}x${SECOND}`, error: 'InvalidJson' },
    { text: `}${FIRST}`, error: 'InvalidJson' },
    { text: '{"a":"}{', error: 'InvalidJson' },
    { text: '{"a":"\\"}{"}', error: 'InvalidEvent' },
    { text: FIRST.slice(0, -1), error: 'InvalidJson' },
    { text: '\0', error: 'InvalidJson' },
    { text: 'null', error: 'InvalidEvent' },
    { text: `[${FIRST}]`, error: 'InvalidEvent' },
    { text: eventLine({ status: 'signed-in' }), error: 'InvalidEvent' },
    { text: eventLine({}, { type: 'user.created' }), error: 'UnknownEventType' },
  ])('the line $text is refused as $error', async ({ text, error }) => {
    expect(refusalOf(await read(logOf(FIRST, text, SECOND)))).toMatchObject({ line: 2, error })
  })

  it('a line with a byte-order mark that is not at its start is refused', async () => {
    const log = logOf(FIRST, ` ${BYTE_ORDER_MARK}${SECOND}`)
    expect(refusalOf(await read(log))).toMatchObject({ line: 2, error: 'InvalidJson' })
  })

  it('a refused line keeps its byte-order mark, as it keeps all white space', async () => {
    const bad = bytesOf(BYTE_ORDER_MARK, 'no event\r')
    expect(refusalOf(await read(logOf(FIRST, bad))).bytes).toEqual(bad)
  })

  it.each(NOT_UTF8)('a line with $flaw is refused, not repaired', async ({ bytes }) => {
    const [before, after] = eventLine({ user_id: 'user_|' }).split('|')
    const bad = bytesOf(before ?? '', bytes, after ?? '')
    const log = logOf(FIRST, bad, SECOND)
    expect(await read(log)).toEqual({
      events: withoutFlaw.events,
      refused: [{ source: 'log', line: 2, error: 'InvalidUtf8', bytes: bad }],
    })
  })

  it('a line feed within a character makes both lines invalid UTF-8', async () => {
    const [before, after] = [eventLine({ user_id: 'user_\u00e9' }), SECOND]
    const cut = Buffer.from(before).indexOf(0xc3) + 1
    const bytes = Buffer.from(before)
    const log = logOf(bytes.subarray(0, cut), bytes.subarray(cut), after)
    const reading = await read(log)
    expect(reading.refused.map(({ error }) => error)).toEqual(['InvalidUtf8', 'InvalidUtf8'])
    expect(reading.events).toHaveLength(1)
  })

  it('the description of a refused line has no value of it', async () => {
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

describe('maxLineBytes', () => {
  const long = eventLine({ user_id: 'u'.repeat(2000) })
  const places = [...Array(20).keys()].map((index) => 100 * index)

  it('a line that is too long is refused, and the lines around it are read', async () => {
    const log = logOf(FIRST, long, SECOND)
    const reading = await read(log, places, { maxLineBytes: 1000 })
    expect(reading.events).toEqual(withoutFlaw.events)
    expect(refusalOf(reading)).toMatchObject({ line: 2, error: 'LineTooLong' })
  })

  it('a line that is too long gives all its bytes, piece by piece', async () => {
    const log = logOf(FIRST, long, SECOND)
    const reading = await read(log, places, { maxLineBytes: 1000 })
    expect(refusalOf(reading).bytes.toString()).toBe(long)
  })

  it('a line that is too long counts as one refused line', async () => {
    const steps = await stepsOf([sourceOf(cutAt(logOf(long, FIRST), places))], {
      maxLineBytes: 500,
    })
    expect(steps.at(-1)).toMatchObject({ type: 'progress', events: 1, refused: 1 })
  })

  it('a line that is too long is refused even if it comes in one chunk', async () => {
    const reading = await read(logOf(FIRST, long, SECOND), [], { maxLineBytes: 1000 })
    expect(reading.events).toEqual(withoutFlaw.events)
    expect(refusalOf(reading)).toMatchObject({ line: 2, error: 'LineTooLong' })
  })

  it('a line of more than 64 MiB is too long unless the options say otherwise', async () => {
    const space = Buffer.alloc(1 << 20, ' ')
    const chunks = [bytesOf(FIRST), ...Array<Buffer>(65).fill(space), logOf('', SECOND)]
    const reading = readingOf(await stepsOf([sourceOf(chunks)]))
    expect(refusalOf(reading)).toMatchObject({ line: 1, error: 'LineTooLong' })
    expect(reading.events).toEqual(withoutFlaw.events.slice(1))
  })
})

describe('several logs', () => {
  it('several logs are read one after the other, each with its own line numbers', async () => {
    const sources = [sourceOf([bytesOf(FIRST, '\nno')], 'a'), sourceOf([logOf('no', SECOND)], 'b')]
    const { events, refused } = readingOf(await stepsOf(sources))
    expect(events).toEqual(withoutFlaw.events)
    expect(refused.map(({ source, line }) => [source, line])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })

  it('each of several logs may start with a byte-order mark', async () => {
    const sources = [FIRST, SECOND].map((line) => sourceOf([bytesOf(BYTE_ORDER_MARK, line)]))
    expect(readingOf(await stepsOf(sources))).toEqual(withoutFlaw)
  })

  it('each of several logs may be compressed or not', async () => {
    const sources = [
      sourceOf([gzipMembers([bytesOf(FIRST)])]),
      sourceOf([gzipMembers([bytesOf(BYTE_ORDER_MARK), logOf(SECOND)])]),
    ]
    expect(readingOf(await stepsOf(sources))).toEqual(withoutFlaw)
  })

  it('no logs give no steps', async () => {
    expect(await stepsOf([])).toEqual([])
  })
})

describe('any log', () => {
  it('any log is read as the lines that it was made of', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryMadeLog(), async ({ sources, expected }) => {
        expect(readingOf(await stepsOf(sources))).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it('any log is read the same in other chunks, compressed or not', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery(), async ([once, again]) => {
        expect(readingOf(await stepsOf([once]))).toEqual(readingOf(await stepsOf([again])))
      }),
      { numRuns: 50 },
    )
  })

  it('progress never goes back, and ends at the total', async () => {
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

  it('the total is unknown if the size of one source is unknown', async () => {
    const unsized = { ...sourceOf([logOf(SECOND)]), size: null }
    const steps = await stepsOf([sourceOf([logOf(FIRST)]), unsized])
    expect(steps.at(-1)).toMatchObject({ bytesTotal: null, events: 2 })
  })
})
