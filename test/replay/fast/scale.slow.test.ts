import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineFull } from '../../../src/replay/wasm/engine-full.js'
import { openEngine } from '../../../src/replay/wasm/engine.js'
import { HASH_KEYS, HASH_KEYS_END } from '../../../src/replay/wasm/layout.js'
import { createSharedMemory } from '../../../src/replay/wasm/shared-memory.js'
import { sortingBytes } from '../../../src/replay/wasm/sorting-bytes.js'
import { fastReplay } from '../../../src/replay/fast/fast-replay.js'
import { replayClients } from '../../../src/replay/replay-clients.js'
import type { LogSource } from '../../../src/replay/source.js'
import { generateLog } from '../../../src/testing/log/generate-log.js'
import { eventLine, logOf, sourceOf } from '../log-bytes.js'
import { ACTIVITY } from './example.js'
import { givenLogFolder } from './log-folder.js'
import { fastOutcome, plainOutcome } from './outcome.js'

const { fileWith } = givenLogFolder()

const generated = (events: number, clients: number, shape: 'slim' | 'full' = 'slim'): Buffer =>
  logOf(...generateLog({ events, clients, seed: 7, shape }))

const big = generated(12_000, 4000)
const lines = (count: number, lineOf: (index: number) => string): Buffer =>
  logOf(...Array.from({ length: count }, (_, index) => lineOf(index)))

/** How many lines the engine leaves to the plain path; the others must be events. */
const unsureCount = async (log: Buffer): Promise<number> => {
  const engine = await openEngine({}, 1)
  const buffer = engine.createBuffer(log.length)
  buffer.bytes.set(log)
  const result = await engine.fold({ buffer, end: log.length }, 0, Infinity)
  const unsure = [...result.unsureLines].length
  expect(result.events + unsure).toBe(result.lines)
  expect(result.lines).toBeGreaterThan(0)
  return unsure
}

describe('the engine', () => {
  it.each(['slim', 'full'] as const)(
    'the engine is sure of a %s log, except for lines with escapes',
    async (shape) => {
      expect(await unsureCount(generated(2000, 200, shape))).toBeLessThan(20)
    },
  )

  it('the engine is sure of lines with a space after each colon and comma', async () => {
    const log = lines(100, (index) =>
      eventLine({ id: `sess_${index}`, latest_activity: ACTIVITY, tasks: [{ key: 'a' }] })
        .replaceAll('":', '": ')
        .replaceAll(',"', ', "'),
    )
    expect(await unsureCount(log)).toBe(0)
  })

  it('the tables grow, on one thread and on several', async () => {
    const plain = await plainOutcome([sourceOf([big])])
    expect(await fastOutcome([sourceOf([big])])).toEqual(plain)
    expect(await fastOutcome([await fileWith('big', big)], { threads: 3 })).toEqual(plain)
    expect(await fastOutcome([sourceOf([big])], { threads: 2, blockBytes: 1 << 16 })).toEqual(plain)
  })

  it('a log that is compressed is unpacked, from a file and from a stream', async () => {
    const plain = await plainOutcome([sourceOf([big])])
    const packed = gzipSync(big, { level: 1 })
    expect(await fastOutcome([await fileWith('packed', packed)], { threads: 2 })).toEqual(plain)
    expect(await fastOutcome([sourceOf([packed])])).toEqual(plain)
  })

  it('a Client that is longer than the output buffer is written whole', async () => {
    const log = lines(5000, (index) => eventLine({ id: `sess_${(index * 7919) % 5000}` }))
    const plain = await plainOutcome([sourceOf([log])])
    expect(plain.clients.length).toBeGreaterThan(1 << 20)
    expect(await fastOutcome([sourceOf([log])])).toEqual(plain)
    expect(await fastOutcome([await fileWith('long', log)], { threads: 2 })).toEqual(plain)
  })

  it('versions of one session that several threads have folded are joined', async () => {
    const statuses = ['active', 'pending', 'ended', 'removed', 'revoked'] as const
    const log = lines(3000, (index) =>
      eventLine({
        id: `sess_${index % 31}`,
        client_id: `client_${index % 7}`,
        status: statuses[(index * index) % 5],
        updated_at: 1_779_955_200_000 + ((index * 31) % 5),
        user_id: `user_${index % 11}`,
      }),
    )
    const plain = await plainOutcome([sourceOf([log])])
    for (const threads of [2, 4]) {
      expect(await fastOutcome([await fileWith('same', log)], { threads })).toEqual(plain)
    }
  })

  it('ids that collide in simple hashes do not slow the engine down', async () => {
    // "Aa" and "BB" have the same hash wherever it multiplies by 31 and adds.
    const idOf = (index: number): string =>
      Array.from({ length: 13 }, (_, bit) => ((index >> bit) & 1 ? 'Aa' : 'BB')).join('')
    const seconds = async (lineOf: (index: number) => string): Promise<number> => {
      const log = lines(8000, lineOf)
      const started = performance.now()
      await fastOutcome([sourceOf([log])])
      return performance.now() - started
    }
    const usual = await seconds((index) =>
      eventLine({ id: `sess_${index}`, client_id: `c_${index}` }),
    )
    const hostile = await seconds((index) => eventLine({ id: idOf(index), client_id: idOf(index) }))
    expect(hostile).toBeLessThan(20 * usual)
  })

  it('memory grows with sessions, not with the number of their events', async () => {
    const bytesFor = async (chunks: ReadonlyArray<Uint8Array>): Promise<number> => {
      for await (const step of fastReplay([sourceOf(chunks)], { threads: 1 })) {
        if (step.type === 'done') return step.engineBytes ?? 0
      }
      throw new Error('the replay did not end with done')
    }
    // In each round every session gets a new version, with a text of another length.
    const roundOf = (round: number): Buffer =>
      lines(2000, (index) =>
        eventLine({
          id: `sess_${index}`,
          updated_at: 1_779_955_200_000 + round,
          user_id: 'u'.repeat(40 + (round % 8) * 9),
        }),
      )
    const few = await bytesFor(Array.from({ length: 8 }, (_, round) => roundOf(round)))
    const many = await bytesFor(Array.from({ length: 40 }, (_, round) => roundOf(round)))
    expect(many).toBeGreaterThan(2 << 20)
    expect(many).toBeLessThan(few + (1 << 20))
  })

  it('the hash keys of two replays differ', () => {
    const keys = [1, 2].map(() =>
      Buffer.from(createSharedMemory({}, 2).memory.buffer)
        .subarray(HASH_KEYS, HASH_KEYS_END)
        .toString('hex'),
    )
    expect(keys[0]).not.toBe(keys[1])
  })
})

describe('EngineFull', () => {
  it.each([1, 2])(
    'a replay that fills the memory fails with EngineFull, with %i threads',
    async (threads) => {
      const options = { threads, blockBytes: 1 << 14, maxPages: 612 }
      const replaying = (log: Buffer) => fastOutcome([sourceOf([log])], options)
      await replaying(big)
      const huge = lines(40_000, (index) =>
        eventLine({ id: `sess_${index}`, latest_activity: { ...ACTIVITY, city: 'x'.repeat(900) } }),
      )
      await expect(replaying(huge)).rejects.toThrow(EngineFull)
    },
  )
})

describe('an unreadable source', () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield logOf(eventLine(), 'no')
    await new Promise((resolve) => setTimeout(resolve, 30))
    throw new Error('EIO: i/o error, read')
  }

  it('a source that fails is reported after the lines before the failure', async () => {
    const steps: string[] = []
    const source: LogSource = { name: 'log', size: null, open: broken }
    const replaying = async (): Promise<void> => {
      for await (const step of fastReplay([source], { threads: 1 })) steps.push(step.type)
    }
    await expect(replaying()).rejects.toThrow('cannot read log: i/o error')
    expect(steps).toContain('refused')
  })
})

describe('replayClients', () => {
  it('a replay can be ended at any step', async () => {
    for (const threads of [1, 2]) {
      for await (const step of fastReplay([await fileWith('left', big)], { threads })) {
        if (step.type === 'progress') break
      }
    }
  })

  it('both engines write the same', async () => {
    const linesBy = async (engine: 'plain' | 'fast'): Promise<string> => {
      let text = ''
      for await (const step of replayClients([sourceOf([big])], { engine, threads: 1 })) {
        if (step.type === 'clients') text += Buffer.from(step.lines).toString()
      }
      return text
    }
    expect(await linesBy('fast')).toBe(await linesBy('plain'))
  })
})

describe('sortingBytes', () => {
  const rank = (byte: number): number => (byte < 0xee ? byte : byte < 0xf0 ? byte + 0x10 : byte - 2)
  const ranked = (id: string): Buffer => Buffer.from(sortingBytes(id).map(rank))
  const arbitraryId = (): fc.Arbitrary<string> =>
    fc
      .array(
        fc.constantFrom(
          'a',
          '\u007f',
          'é',
          '\ud7ff',
          '\ud800',
          '\udbff',
          '\udc00',
          '\udfff',
          '\ue000',
          '\uffff',
        ),
        { maxLength: 5 },
      )
      .map((units) => units.join(''))

  it('bytes sort as UTF-16 code units do, also those of lone surrogates', () => {
    fc.assert(
      fc.property(arbitraryId(), arbitraryId(), (left, right) => {
        const order = left < right ? -1 : left > right ? 1 : 0
        expect(Math.sign(Buffer.compare(ranked(left), ranked(right)))).toBe(order)
      }),
      { numRuns: 5000 },
    )
  })
})

const hugeBytes = Number(process.env.CLIENTFOLD_HUGE_BYTES ?? 0)

describe.runIf(hugeBytes > 0)(`a log of ${hugeBytes} bytes`, () => {
  it('a log of that size is folded to its end', { timeout: 3_600_000 }, async () => {
    const part = generated(40_000, 4000)
    const times = Math.ceil(hugeBytes / part.length)
    async function* repeated(): AsyncGenerator<Uint8Array> {
      for (let time = 0; time < times; time++) yield await Promise.resolve(part)
    }
    const once = await plainOutcome([sourceOf([part])])
    const source: LogSource = { name: 'log', size: null, open: repeated }
    const { clients, counts } = await fastOutcome([source], { threads: 2 })
    expect(clients).toBe(once.clients)
    expect(counts.events).toBe(times * once.counts.events)
  })
})
