import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLog } from '../../src/replay/read-log.js'
import { fileSource, SourceUnreadable, type LogSource } from '../../src/replay/source.js'
import { byteByByte, bytesOf, eventLine, gzipMembers, logOf, sourceOf } from './log-bytes.js'
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

const written = async (name: string, bytes: Uint8Array): Promise<LogSource> => {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return fileSource(path)
}

/** What comes out before the end, and what comes in its place. */
const brokenOff = async (source: LogSource) => {
  const steps = []
  try {
    for await (const step of readLog([source])) steps.push(step)
  } catch (error) {
    return { reading: readingOf(steps), error }
  }
  throw new Error('the source was read to its end')
}

describe('a file', () => {
  it('is read to its end', async () => {
    const source = await written('plain.ndjson', LOG)
    expect(readingOf(await stepsOf([source]))).toEqual(expected)
  })

  it('is named as it was called, with its size as stored', async () => {
    const packed = gzipSync(LOG)
    const source = await written('sized.ndjson.gz', packed)
    expect(source).toMatchObject({ name: join(folder, 'sized.ndjson.gz'), size: packed.length })
  })

  it('can be read twice', async () => {
    const source = await written('twice.ndjson', LOG)
    const { events } = readingOf(await stepsOf([source, source]))
    expect(events).toEqual([...expected.events, ...expected.events])
  })

  it('is unpacked if it begins as gzip does, whatever its name', async () => {
    for (const name of ['packed.ndjson.gz', 'packed.log']) {
      expect(readingOf(await stepsOf([await written(name, gzipSync(LOG))]))).toEqual(expected)
    }
  })

  it('is taken as it is if it does not begin as gzip does, whatever its name', async () => {
    expect(readingOf(await stepsOf([await written('plain.gz', LOG)]))).toEqual(expected)
  })

  it('that is larger than one read is read to its end', async () => {
    const many = Buffer.concat(Array<Buffer>(4000).fill(LOG))
    const steps = await stepsOf([await written('large.ndjson', many)])
    expect(steps.at(-1)).toMatchObject({ events: 12_000, refused: 0, bytesRead: many.length })
    const packed = await stepsOf([await written('large.gz', gzipSync(many))])
    expect(packed.at(-1)).toMatchObject({ events: 12_000, refused: 0 })
  })

  it('that does not exist is unreadable, in one clear line', async () => {
    const path = join(folder, 'nowhere', 'log.ndjson')
    const error = await fileSource(path).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SourceUnreadable)
    expect(error).toMatchObject({
      source: path,
      message: `cannot read ${path}: no such file or directory`,
      cause: { code: 'ENOENT' },
    })
  })

  it('that is a directory is unreadable', async () => {
    const error = await fileSource(folder).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SourceUnreadable)
    expect(error).toMatchObject({ message: `cannot read ${folder}: it is a directory` })
  })

  it('that went away after it was named is unreadable', async () => {
    const source = await written('brief.ndjson', LOG)
    await rm(source.name)
    expect((await brokenOff(source)).error).toMatchObject({
      name: 'SourceUnreadable',
      message: `cannot read ${source.name}: no such file or directory`,
    })
  })
})

describe('gzip', () => {
  it('is unpacked from a stream that comes byte by byte', async () => {
    const source = sourceOf(byteByByte(gzipSync(LOG)))
    expect(readingOf(await stepsOf([source]))).toEqual(expected)
  })

  it('may have several members, cut anywhere in the text', async () => {
    for (const place of [0, 1, 40, LOG.indexOf('\n'), LOG.indexOf('\n') + 1, LOG.length]) {
      const packed = gzipMembers([LOG.subarray(0, place), LOG.subarray(place)])
      expect(readingOf(await stepsOf([sourceOf([packed])]))).toEqual(expected)
      expect(readingOf(await stepsOf([sourceOf(byteByByte(packed))]))).toEqual(expected)
    }
  })

  it('that breaks off anywhere is unreadable, never read as a shorter log', async () => {
    const packed = gzipSync(LOG)
    for (let length = 2; length < packed.length; length++) {
      const { error } = await brokenOff(sourceOf([packed.subarray(0, length)]))
      expect(error).toBeInstanceOf(SourceUnreadable)
    }
  })

  it('that breaks off gives what came before', async () => {
    const second = gzipSync(LOG)
    const bytes = bytesOf(gzipSync(LOG), second.subarray(0, second.length - 4))
    const { reading } = await brokenOff(sourceOf([bytes]))
    expect(reading.events.slice(0, 3)).toEqual(expected.events)
  })

  it('that is damaged is unreadable', async () => {
    const packed = gzipSync(LOG)
    const checksum = packed.length - 8
    packed[checksum] = (packed[checksum] ?? 0) ^ 1
    const { error } = await brokenOff(sourceOf([packed], 'damaged.gz'))
    expect(error).toBeInstanceOf(SourceUnreadable)
    expect((error as Error).message).toMatch(/^cannot read damaged\.gz: \w/)
  })

  it('with something else behind it is unreadable, so that no line is lost unseen', async () => {
    const { error } = await brokenOff(sourceOf([bytesOf(gzipSync(LOG), LOG)]))
    expect(error).toBeInstanceOf(SourceUnreadable)
  })

  it('is not suspected in a log of one byte', async () => {
    const { refused } = readingOf(await stepsOf([sourceOf([Buffer.from([0x1f])])]))
    expect(refused.map(({ error }) => error)).toEqual(['InvalidJson'])
  })
})

/** A source that tells whether it was closed. */
const watched = (bytes: Uint8Array) => {
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

describe('a stream', () => {
  it('that fails is unreadable, with the reason as the cause', async () => {
    const { stream, source } = watched(LOG)
    const cause = new Error('the line went dead')
    setImmediate(() => stream.destroy(cause))
    expect((await brokenOff(source)).error).toMatchObject({
      name: 'SourceUnreadable',
      source: 'watched',
      message: 'cannot read watched: the line went dead',
      cause,
    })
  })

  it('that fails amid gzip is unreadable too', async () => {
    const { stream, source } = watched(gzipSync(LOG).subarray(0, 40))
    setImmediate(() => stream.destroy(new Error('the line went dead')))
    expect((await brokenOff(source)).error).toMatchObject({
      message: 'cannot read watched: the line went dead',
    })
  })

  it('is given up when nobody reads on', async () => {
    const { stream, source } = watched(LOG)
    for await (const step of readLog([source])) if (step.type === 'progress') break
    expect(await untilClosed(stream)).toBe(true)
  })

  it('of gzip is given up, when nobody reads on, as soon as more of it comes', async () => {
    const { stream, source } = watched(gzipSync(LOG))
    for await (const step of readLog([source])) if (step.type === 'progress') break
    stream.push(gzipSync(LOG))
    expect(await untilClosed(stream)).toBe(true)
  })

  it('is read as it comes, not only when it ends', async () => {
    const { source } = watched(LOG)
    for await (const step of readLog([source])) {
      if (step.type !== 'progress') continue
      expect(step.events).toBe(3)
      break
    }
  })
})
