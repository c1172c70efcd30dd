import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLog } from '../../src/replay/read-log.js'
import { fileSource, SourceUnreadable, type LogSource } from '../../src/replay/source.js'
import { byteByByte, bytesOf, cutAt, eventLine, gzipMembers, logOf, sourceOf } from './log-bytes.js'
import { read, readingOf, stepsOf } from './reading.js'

const LOG = logOf(...['a', 'b', 'c'].map((name) => eventLine({ id: `sess_${name}` })))
const expected = await read(LOG)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clientfold-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const givenFile = async (name: string, bytes: Uint8Array): Promise<LogSource> => {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return fileSource(path)
}

/** What was read before a source failed, and its error. */
const failedReading = async (source: LogSource) => {
  const steps = []
  try {
    for await (const step of readLog([source])) steps.push(step)
  } catch (error) {
    return { reading: readingOf(steps), error }
  }
  throw new Error('the source was read to its end')
}

describe('fileSource', () => {
  it('a file is read to its end', async () => {
    const source = await givenFile('plain.ndjson', LOG)
    expect(readingOf(await stepsOf([source]))).toEqual(expected)
  })

  it('a file source has the path as its name, and its size as stored', async () => {
    const packed = gzipSync(LOG)
    const source = await givenFile('sized.ndjson.gz', packed)
    expect(source).toMatchObject({ name: join(folder, 'sized.ndjson.gz'), size: packed.length })
  })

  it('a file source can be read twice', async () => {
    const source = await givenFile('twice.ndjson', LOG)
    const { events } = readingOf(await stepsOf([source, source]))
    expect(events).toEqual([...expected.events, ...expected.events])
  })

  it('a file that begins as gzip does is unpacked, whatever its name', async () => {
    for (const name of ['packed.ndjson.gz', 'packed.log']) {
      expect(readingOf(await stepsOf([await givenFile(name, gzipSync(LOG))]))).toEqual(expected)
    }
  })

  it('a file that does not begin as gzip does is read unchanged, whatever its name', async () => {
    expect(readingOf(await stepsOf([await givenFile('plain.gz', LOG)]))).toEqual(expected)
  })

  it('a file that is larger than one read is read to its end', async () => {
    const many = Buffer.concat(Array<Buffer>(4000).fill(LOG))
    const steps = await stepsOf([await givenFile('large.ndjson', many)])
    expect(steps.at(-1)).toMatchObject({ events: 12_000, refused: 0, bytesRead: many.length })
    const packed = await stepsOf([await givenFile('large.gz', gzipSync(many))])
    expect(packed.at(-1)).toMatchObject({ events: 12_000, refused: 0 })
  })

  it('a file that does not exist is unreadable, and the message says why', async () => {
    const path = join(folder, 'nowhere', 'log.ndjson')
    const error = await fileSource(path).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SourceUnreadable)
    expect(error).toMatchObject({
      source: path,
      message: `cannot read ${path}: no such file or directory`,
      cause: { code: 'ENOENT' },
    })
  })

  it('a directory is unreadable', async () => {
    const error = await fileSource(folder).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SourceUnreadable)
    expect(error).toMatchObject({ message: `cannot read ${folder}: it is a directory` })
  })

  it('a file that was removed after its source was made is unreadable', async () => {
    const source = await givenFile('brief.ndjson', LOG)
    await rm(source.name)
    expect((await failedReading(source)).error).toMatchObject({
      name: 'SourceUnreadable',
      message: `cannot read ${source.name}: no such file or directory`,
    })
  })
})

describe('gzip', () => {
  it('gzip is unpacked from a stream that comes byte by byte', async () => {
    const source = sourceOf(byteByByte(gzipSync(LOG)))
    expect(readingOf(await stepsOf([source]))).toEqual(expected)
  })

  it('gzip may have several members, cut anywhere in the text', async () => {
    for (const place of [0, 1, 40, LOG.indexOf('\n'), LOG.indexOf('\n') + 1, LOG.length]) {
      const packed = gzipMembers([LOG.subarray(0, place), LOG.subarray(place)])
      expect(readingOf(await stepsOf([sourceOf([packed])]))).toEqual(expected)
      expect(readingOf(await stepsOf([sourceOf(byteByByte(packed))]))).toEqual(expected)
    }
  })

  it('gzip that is cut off anywhere is unreadable, never a shorter log', async () => {
    const packed = gzipSync(LOG)
    for (let length = 2; length < packed.length; length++) {
      const { error } = await failedReading(sourceOf([packed.subarray(0, length)]))
      expect(error).toBeInstanceOf(SourceUnreadable)
    }
  })

  it('gzip that is cut off gives the events before the cut', async () => {
    const second = gzipSync(LOG)
    const bytes = bytesOf(gzipSync(LOG), second.subarray(0, second.length - 4))
    const { reading } = await failedReading(sourceOf([bytes]))
    expect(reading.events.slice(0, 3)).toEqual(expected.events)
  })

  it('gzip that is damaged is unreadable', async () => {
    const packed = gzipSync(LOG)
    const checksum = packed.length - 8
    packed[checksum] = (packed[checksum] ?? 0) ^ 1
    const { error } = await failedReading(sourceOf([packed], 'damaged.gz'))
    expect(error).toBeInstanceOf(SourceUnreadable)
    expect((error as Error).message).toMatch(/^cannot read damaged\.gz: \w/)
  })

  it('gzip that is cut off gives every event before the cut', async () => {
    const packed = gzipSync(LOG)
    for (const cut of [1, 4, 8]) {
      const { reading, error } = await failedReading(sourceOf([packed.subarray(0, -cut)], 'cut'))
      expect(reading.events.length).toBeGreaterThanOrEqual(2)
      expect(error).toMatchObject({ message: 'cannot read cut: unexpected end of file' })
    }
  })

  it('zero bytes behind gzip and between its members are padding', async () => {
    const [zeros, packed] = [Buffer.alloc(700), gzipSync(LOG)]
    const padded = bytesOf(packed, zeros, packed, zeros)
    for (const chunks of [[padded], byteByByte(padded)]) {
      const { events, refused } = readingOf(await stepsOf([sourceOf(chunks)]))
      expect(events).toEqual([...expected.events, ...expected.events])
      expect(refused).toEqual([])
    }
  })

  it('lines behind gzip that were added without compression are read', async () => {
    const packed = gzipSync(LOG.subarray(0, -1))
    for (const zeros of [0, 5]) {
      const bytes = bytesOf(packed, Buffer.alloc(zeros), LOG)
      for (const chunks of [[bytes], byteByByte(bytes), cutAt(bytes, [packed.length])]) {
        const { events, refused } = readingOf(await stepsOf([sourceOf(chunks)]))
        expect(events).toEqual([...expected.events, ...expected.events])
        expect(refused).toEqual([])
      }
    }
  })

  it('other bytes behind gzip are refused as one line, and no line before them is lost', async () => {
    const garbage = Buffer.from([0xff, 0x1f, 0x8b, 0x00, 0x07])
    for (const log of [LOG, LOG.subarray(0, -1)]) {
      const bytes = bytesOf(gzipSync(log), garbage)
      for (const chunks of [[bytes], byteByByte(bytes)]) {
        const { events, refused } = readingOf(await stepsOf([sourceOf(chunks)]))
        expect(events).toEqual(expected.events)
        expect(refused).toEqual([{ source: 'log', line: 4, error: 'InvalidUtf8', bytes: garbage }])
      }
    }
  })

  it('gzip may have every field of the header', async () => {
    const [fixed, data] = [gzipSync(LOG).subarray(0, 10), gzipSync(LOG).subarray(10)]
    fixed[3] = 2 + 4 + 8 + 16
    const extra = bytesOf(Buffer.from([3, 0]), '\0\n\0')
    const packed = bytesOf(fixed, extra, 'log.ndjson\0', 'a comment\0', Buffer.from([1, 2]), data)
    for (const chunks of [[packed], byteByByte(packed)]) {
      expect(readingOf(await stepsOf([sourceOf(chunks)]))).toEqual(expected)
    }
  })

  it('gzip of another method, or with unknown flags, is unreadable', async () => {
    for (const [place, byte, reason] of [
      [2, 7, 'unknown compression method'],
      [3, 0x80, 'unknown header flags set'],
    ] as const) {
      const packed = gzipSync(LOG)
      packed[place] = byte
      const { error } = await failedReading(sourceOf([packed], 'odd.gz'))
      expect(error).toMatchObject({ message: `cannot read odd.gz: ${reason}` })
    }
  })

  it('a log of one byte is not taken for gzip', async () => {
    const { refused } = readingOf(await stepsOf([sourceOf([Buffer.from([0x1f])])]))
    expect(refused.map(({ error }) => error)).toEqual(['InvalidJson'])
  })
})

/** A stream that stays open, and its source. */
const givenOpenStream = (bytes: Uint8Array) => {
  const stream = new Readable({ read: () => undefined })
  stream.push(bytes)
  return { stream, source: { name: 'watched', size: null, open: () => stream } }
}

const untilClosed = async (stream: Readable): Promise<boolean> => {
  for (let turn = 0; turn < 100 && !stream.destroyed; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return stream.destroyed
}

describe('a stream source', () => {
  it('a stream that fails is unreadable, with its error as the cause', async () => {
    const { stream, source } = givenOpenStream(LOG)
    const cause = new Error('the line went dead')
    setImmediate(() => stream.destroy(cause))
    expect((await failedReading(source)).error).toMatchObject({
      name: 'SourceUnreadable',
      source: 'watched',
      message: 'cannot read watched: the line went dead',
      cause,
    })
  })

  it('a stream that fails within gzip is unreadable', async () => {
    const { stream, source } = givenOpenStream(gzipSync(LOG).subarray(0, 40))
    setImmediate(() => stream.destroy(new Error('the line went dead')))
    expect((await failedReading(source)).error).toMatchObject({
      message: 'cannot read watched: the line went dead',
    })
  })

  it('a stream is closed when its reader ends early', async () => {
    const { stream, source } = givenOpenStream(LOG)
    for await (const step of readLog([source])) if (step.type === 'progress') break
    expect(await untilClosed(stream)).toBe(true)
  })

  it('a stream of gzip is closed with the next chunk after its reader ends early', async () => {
    const { stream, source } = givenOpenStream(gzipSync(LOG))
    for await (const step of readLog([source])) if (step.type === 'progress') break
    stream.push(gzipSync(LOG))
    expect(await untilClosed(stream)).toBe(true)
  })

  it('a stream is read while it comes, before it ends', async () => {
    const { source } = givenOpenStream(LOG)
    for await (const step of readLog([source])) {
      if (step.type !== 'progress') continue
      expect(step.events).toBe(3)
      break
    }
  })
})
