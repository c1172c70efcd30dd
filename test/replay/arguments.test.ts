import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { readLog } from '../../src/replay/read-log.js'
import { replay } from '../../src/replay/replay.js'
import { replayClients, type ReplayClientsOptions } from '../../src/replay/replay-clients.js'
import type { LogSource } from '../../src/replay/source.js'
import { givenLogFolder } from './fast/log-folder.js'
import { eventLine, logOf } from './log-bytes.js'

const { fileWith } = givenLogFolder()
const LOG = logOf(eventLine({ client_id: 'client_a' }), eventLine({ client_id: 'client_b' }))

/** A source that counts how often it was opened. */
const givenSource = (differences: object = {}) => {
  const opened = { times: 0 }
  const open = () => {
    opened.times += 1
    return Readable.from([LOG])
  }
  return { opened, source: { name: 'log', size: LOG.length, open, ...differences } as LogSource }
}

const clientsOf = async (
  sources: ReadonlyArray<LogSource>,
  options: ReplayClientsOptions = {},
): Promise<number | undefined> => {
  for await (const step of replayClients(sources, options)) {
    if (step.type === 'done') return step.clients
  }
  return undefined
}

const THREADS = 'the option threads must be a whole number from 1 to 256'

it.each([
  { options: { threads: 0 }, message: THREADS },
  { options: { threads: NaN }, message: THREADS },
  { options: { threads: -1 }, message: THREADS },
  { options: { threads: 1.5 }, message: THREADS },
  { options: { threads: Infinity }, message: THREADS },
  { options: { threads: 257 }, message: THREADS },
  { options: { threads: '2' }, message: THREADS },
  { options: { threads: null }, message: THREADS },
  { options: { engine: 'plain', threads: 0 }, message: THREADS },
  { options: { engine: 'turbo' }, message: 'the option engine must be "plain" or "fast"' },
  { options: { engine: null }, message: 'the option engine must be "plain" or "fast"' },
])('replayClients refuses $options before it reads', ({ options, message }) => {
  const { source, opened } = givenSource()
  const call = () => replayClients([source], options as ReplayClientsOptions)
  expect(call).toThrow(TypeError)
  expect(call).toThrow(message)
  expect(opened.times).toBe(0)
})

const SIZE = 'the size of a log source must be a whole number of bytes'

it.each([
  { name: 'a size of NaN', sources: [givenSource({ size: NaN }).source], message: SIZE },
  {
    name: 'a range without a path',
    sources: [givenSource({ range: [0, 5] }).source],
    message: 'the range of a log source must belong to its path',
  },
  { name: 'a negative size', sources: [givenSource({ size: -1 }).source], message: SIZE },
  { name: 'a size in text', sources: [givenSource({ size: '5' }).source], message: SIZE },
  { name: 'no open', sources: [givenSource({ open: undefined }).source], message: 'fileSource' },
  { name: 'a path of a number', sources: [givenSource({ path: 5 }).source], message: 'the path' },
  { name: 'no name', sources: [givenSource({ name: undefined }).source], message: 'the name' },
  { name: 'a path only', sources: ['log.ndjson'], message: 'await fileSource(path)' },
  { name: 'a promise', sources: [fileWith('p', LOG)], message: 'await it, as in await' },
  { name: 'no array', sources: givenSource().source, message: 'must be an array' },
])('sources with $name are refused before anything is read', async ({ sources, message }) => {
  const given = sources as unknown as ReadonlyArray<LogSource>
  expect(() => replayClients(given)).toThrow(message)
  await expect(replay(given).next()).rejects.toThrow(message)
  await expect(readLog(given).next()).rejects.toThrow(message)
})

it.each([NaN, -1, '5', null])('a line bound of %j is refused before anything is read', (bound) => {
  const { source } = givenSource()
  const options = { maxLineBytes: bound as number }
  expect(() => replayClients([source], options)).toThrow('maxLineBytes')
})

it('a source without a size is read to its end, from a stream and from a file', async () => {
  const { source } = givenSource({ size: undefined })
  const { size: _, ...file } = await fileWith('unsized', LOG)
  for (const each of [source, file, { ...file, size: null }]) {
    for (const options of [{}, { threads: 1 }, { threads: 3 }, { engine: 'plain' } as const]) {
      expect(await clientsOf([each], options)).toBe(2)
    }
  }
})
