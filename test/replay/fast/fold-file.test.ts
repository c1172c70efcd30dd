import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filePartSource } from '../../../src/replay/file-part.js'
import type { LogSource } from '../../../src/replay/source.js'
import { eventLine, logOf, sourceOf } from '../log-bytes.js'
import { givenLogFolder } from './log-folder.js'
import { fastOutcome, plainOutcome } from './outcome.js'

const { fileWith, path } = givenLogFolder()

const SHORT = logOf(
  eventLine(),
  'no',
  '',
  'x'.repeat(700),
  eventLine({ status: 'ended', user_id: 'u'.repeat(900) }),
  '',
  `${eventLine({ id: 'sess_2' })}\r`,
)

describe('a file that threads read by themselves', () => {
  it.each([1, 2, 3])(
    'the file gives the same in blocks of every size, on %i threads',
    async (threads) => {
      for (const log of [SHORT, SHORT.subarray(0, -1)]) {
        const plain = await plainOutcome([sourceOf([log])])
        const file = await fileWith('short', log)
        const step = threads === 1 ? 17 : 331
        for (let blockBytes = 16; blockBytes <= log.length + 20; blockBytes += step) {
          expect(await fastOutcome([file], { threads, blockBytes })).toEqual(plain)
        }
      }
    },
  )

  it('refused lines come in their order, also where they are more than may wait', async () => {
    const refused = Array.from({ length: 60 }, (_, index) => `${index}${'x'.repeat(700_000)}`)
    const log = logOf(eventLine(), ...refused, eventLine({ id: 'sess_2' }))
    const plain = await plainOutcome([sourceOf([log])])
    const file = await fileWith('refused', log)
    expect(await fastOutcome([file], { threads: 2 })).toEqual(plain)
  })

  it('all parts of a file have together what the file has', async () => {
    const log = logOf(...Array.from({ length: 50 }, (_, index) => eventLine({ id: `s_${index}` })))
    const plain = await plainOutcome([await fileWith('parts', log)])
    for (const of of [1, 2, 7, 60]) {
      const parts = await Promise.all(
        Array.from({ length: of }, (_, index) =>
          filePartSource(join(path, 'parts'), { number: index + 1, of }),
        ),
      )
      const fast = await fastOutcome(parts, { threads: 2, blockBytes: 1000 })
      expect(fast.clients).toBe(plain.clients)
      expect(fast.counts).toEqual(plain.counts)
    }
  })

  it('a file of size 0 is read as a stream, because the system may not know its size', async () => {
    const source: LogSource = {
      ...(await fileWith('empty', Buffer.alloc(0))),
      open: () => sourceOf([logOf(eventLine())]).open(),
    }
    expect((await fastOutcome([source], { threads: 2 })).counts.events).toBe(1)
  })

  it('a file that becomes shorter gives the lines that are left', async () => {
    const log = logOf(eventLine(), eventLine({ id: 'sess_2' }))
    const source = { ...(await fileWith('shorter', log)), size: 10 * log.length }
    expect((await fastOutcome([source], { threads: 2, blockBytes: 200 })).counts.events).toBe(2)
  })

  it('a file that cannot be read is named with the reason', async () => {
    const folder: LogSource = { ...(await fileWith('gone', SHORT)), path }
    await expect(fastOutcome([folder])).rejects.toThrow(
      'cannot read log: illegal operation on a directory',
    )
    const ranged: LogSource = { ...folder, range: [0, 100] }
    await expect(fastOutcome([ranged], { threads: 2 })).rejects.toThrow(
      'cannot read log: illegal operation on a directory',
    )
  })
})
