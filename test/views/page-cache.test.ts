import { expect, it } from 'vitest'
import { createPageCache, pageQuestion } from '../../src/views/page-cache.js'

/** A question that counts how often it was asked. */
const counted = () => {
  let asked = 0
  return { ask: () => Promise.resolve((asked += 1)), asked: () => asked }
}

it('a page is read once as long as the views do not change', async () => {
  const { answer } = createPageCache()
  const { ask } = counted()
  expect(await answer('1 1', 'a', ask)).toBe(1)
  expect(await answer('1 1', 'a', ask)).toBe(1)
  expect(await answer('1 1', 'b', ask)).toBe(2)
  expect(await answer('1 2', 'a', ask)).toBe(3)
  expect(await answer('2 2', 'a', ask)).toBe(4)
})

it('a page that could not be read is read again, and a long list is never kept', async () => {
  const { answer } = createPageCache()
  const failed = answer('1 1', 'a', () => Promise.reject(new Error('down')))
  await expect(failed).rejects.toThrow('down')
  expect(await answer('1 1', 'a', () => Promise.resolve('up'))).toBe('up')
  const long = pageQuestion('clients', { limit: Infinity })
  const { ask, asked } = counted()
  await answer('1 1', long, ask)
  await answer('1 1', long, ask)
  expect(asked()).toBe(2)
})

it('the cache keeps the last pages, and no more', async () => {
  const { answer } = createPageCache()
  const { ask, asked } = counted()
  for (let page = 0; page < 100; page++) await answer('1 1', `page ${page}`, ask)
  await answer('1 1', 'page 99', ask)
  expect(asked()).toBe(100)
  await answer('1 1', 'page 0', ask)
  expect(asked()).toBe(101)
})
