import { expect, it } from 'vitest'
import type { CommitBatch } from '../../src/clients/commits.js'
import { createSharedCommits } from '../../src/clients/shared-commits.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSession } from './changes-given.js'

/** More than what is kept for readers that are a little behind. */
const MANY = 120

const given = async () => {
  const store = openMemoryStore()
  const commits = createSharedCommits(store)
  const begin = { after: await store.lastPosition(), erasures: 0 }
  const end = new AbortController()
  const reader = () => {
    const batches = commits.read(begin, end.signal)[Symbol.asyncIterator]()
    const ids: string[] = []
    const take = async (): Promise<void> => {
      const { value } = (await batches.next()) as IteratorResult<CommitBatch, undefined>
      ids.push(...(value?.events ?? []).map(({ event }) => event.data.id))
    }
    const takeUntil = async (id: string): Promise<void> => {
      while (!ids.includes(id)) await take()
    }
    return { ids, take, takeUntil }
  }
  const record = (id: string) => store.record([aSession(id)])
  return { reader, record, end }
}

it('a reader that stands after its own reading, while the others go far ahead, skips nothing', async () => {
  const { reader, record, end } = await given()
  const [slow, fast] = [reader(), reader()]
  await fast.take()
  await record('sess_begin')
  await fast.takeUntil('sess_begin')
  // The slow reader has read on its own up to here, and joins the others later.
  await slow.takeUntil('sess_begin')
  const expected = ['sess_begin']
  for (let n = 0; n < MANY; n++) {
    expected.push(`sess_${n}`)
    await record(`sess_${n}`)
    await fast.takeUntil(`sess_${n}`)
  }
  await slow.takeUntil(`sess_${MANY - 1}`)
  expect(new Set(slow.ids)).toEqual(new Set(expected))
  expect(new Set(fast.ids)).toEqual(new Set(expected))
  end.abort()
})

it('a reader that stands for a moment gets what the others got meanwhile', async () => {
  const { reader, record, end } = await given()
  const [slow, fast] = [reader(), reader()]
  await Promise.all([slow.take(), fast.take()])
  await record('sess_1')
  await fast.takeUntil('sess_1')
  await record('sess_2')
  await fast.takeUntil('sess_2')
  await slow.takeUntil('sess_2')
  expect(slow.ids).toEqual(['sess_1', 'sess_2'])
  end.abort()
})

it('a reader does not get what came long before its beginning, where all others stand', async () => {
  const { reader, record, end } = await given()
  const standing = reader()
  await standing.take()
  await record('sess_1')
  await standing.takeUntil('sess_1')
  await record('sess_2')
  const other = reader()
  await other.takeUntil('sess_2')
  await record('sess_3')
  await other.takeUntil('sess_3')
  expect(other.ids).toEqual(['sess_1', 'sess_2', 'sess_3'])
  await standing.takeUntil('sess_3')
  end.abort()
})
