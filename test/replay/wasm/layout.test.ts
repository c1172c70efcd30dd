import { describe, expect, it } from 'vitest'
import { isLive, severity } from '../../../src/domain/status.js'
import { EVENT_KEYS } from '../../../src/events/client-event-codec.js'
import { SESSION_EVENT_TYPES } from '../../../src/events/client-event.js'
import { SESSION_KEYS, SESSION_STATUSES } from '../../../src/events/session.js'
import * as Numbers from '../../../src/replay/wasm/keyword-numbers.js'
import { clientTexts, KEYWORDS } from '../../../src/replay/wasm/keywords.js'
import * as Layout from '../../../src/replay/wasm/layout.js'

/** The names of the constants with this prefix, in lower case, with their numbers. */
const namedNumbers = (prefix: string): ReadonlyArray<readonly [name: string, number: number]> =>
  Object.entries(Numbers)
    .filter(([name]) => name.startsWith(prefix) && !name.endsWith('_COUNT'))
    .map(([name, number]) => [name.slice(prefix.length).toLowerCase(), number] as const)

const GROUPS = [
  { prefix: 'SESSION_KEY_', first: Numbers.FIRST_SESSION_KEY, texts: SESSION_KEYS },
  { prefix: 'EVENT_KEY_', first: Numbers.FIRST_EVENT_KEY, texts: EVENT_KEYS },
  { prefix: 'STATUS_', first: Numbers.FIRST_STATUS, texts: SESSION_STATUSES },
  { prefix: 'KEYWORD_', first: 0, texts: ['session', 'event', 'is_mobile'] },
]

const AREAS = [
  { start: Layout.FRONTIER, length: 4 },
  { start: Layout.KEYWORD_TEXTS, length: Numbers.KEYWORD_COUNT * Layout.KEYWORD_BYTES },
  { start: Layout.KEYWORD_LENGTHS, length: Numbers.KEYWORD_COUNT * Layout.KEYWORD_LENGTH_BYTES },
  { start: Layout.HASH_KEYS, length: Layout.HASH_KEYS_END - Layout.HASH_KEYS },
  { start: Layout.CLIENT_TEXTS, length: Layout.CLIENT_TEXT_COUNT * Layout.CLIENT_TEXT_BYTES },
  { start: Layout.SORTED_TABLES, length: Layout.MAX_TABLES * Layout.SORTED_TABLE_BYTES },
  { start: Layout.STATIC_DATA, length: Layout.FIRST_REGION - Layout.STATIC_DATA },
]

describe('keyword numbers', () => {
  it.each(GROUPS)('every number $prefix… is that of its text', ({ prefix, first, texts }) => {
    const named = namedNumbers(prefix)
    expect(named.map(([name]) => name).sort()).toEqual([...texts].sort())
    for (const [name, number] of named) expect(KEYWORDS[first + number]).toBe(name)
  })

  it('the groups and their counts cover all keywords', () => {
    expect(Numbers.SESSION_KEY_COUNT).toBe(SESSION_KEYS.length)
    expect(Numbers.EVENT_KEY_COUNT).toBe(EVENT_KEYS.length)
    expect(Numbers.STATUS_COUNT).toBe(SESSION_STATUSES.length)
    expect(Numbers.EVENT_TYPE_COUNT).toBe(SESSION_EVENT_TYPES.length)
    expect(KEYWORDS.indexOf('session.created')).toBe(Numbers.FIRST_EVENT_TYPE)
    expect(KEYWORDS).toHaveLength(Numbers.KEYWORD_COUNT)
  })

  it('the number of a status is its severity, and the live ones end with pending', () => {
    for (const status of SESSION_STATUSES) {
      const number = KEYWORDS.indexOf(status) - Numbers.FIRST_STATUS
      expect(number).toBe(severity(status))
      expect(number <= Numbers.STATUS_PENDING).toBe(isLive(status))
    }
  })
})

describe('the layout of the memory', () => {
  it('no area reaches into the next', () => {
    for (const [index, { start, length }] of AREAS.entries()) {
      expect(start + length).toBeLessThanOrEqual(AREAS[index + 1]?.start ?? Layout.FIRST_REGION)
    }
  })

  it('every keyword fits into its place with its marks', () => {
    for (const keyword of KEYWORDS) {
      expect(keyword.length + Layout.KEYWORD_MARKS).toBeLessThanOrEqual(Layout.KEYWORD_BYTES)
    }
  })

  it('every constant part of a Client fits into its place', () => {
    const texts = clientTexts()
    expect(texts).toHaveLength(Layout.CLIENT_TEXT_COUNT)
    const most = Layout.CLIENT_TEXT_BYTES - Layout.CLIENT_TEXT_START
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(most)
  })

  it('the times of sessions and events have one order, so that they are copied as vectors', () => {
    const timesOf = (record: 'SESSION' | 'EVENT'): ReadonlyArray<number> =>
      (['SAID', 'LAST_ACTIVE', 'EXPIRE', 'ABANDON', 'UPDATED', 'CREATED'] as const).map(
        (name) => Layout[`${record}_${name}_AT`] - Layout[`${record}_SAID_AT`],
      )
    expect(timesOf('SESSION')).toEqual(timesOf('EVENT'))
    expect(timesOf('EVENT').at(-1)).toBe(Layout.TIMES_BYTES - Layout.TIME_BYTES)
    expect(Layout.TIMES_BYTES % Layout.VECTOR_BYTES).toBe(0)
  })

  it('an event has room for the value of every key of a session', () => {
    const end = Layout.EVENT_VALUES + Numbers.SESSION_KEY_COUNT * Layout.EVENT_VALUE_BYTES
    expect(end).toBe(Layout.EVENT_BYTES)
  })
})
