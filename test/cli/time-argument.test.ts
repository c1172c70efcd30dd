import { InvalidArgumentError } from 'commander'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseTime } from '../../src/cli/time-argument.js'
import { SECONDS_LIMIT } from '../../src/events/time-limits.js'
import { MORNING } from '../replay/log-bytes.js'

const HOUR = 3_600_000
/** The last moment of the year 9999, in epoch milliseconds. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

it.each([
  { text: `${MORNING}`, moment: MORNING },
  { text: `${MORNING + 1}`, moment: MORNING + 1 },
  { text: `${MORNING / 1000}`, moment: MORNING },
  { text: '0', moment: 0 },
  { text: '100000000000', moment: 100_000_000_000 },
  { text: '99999999999', moment: 99_999_999_999_000 },
  { text: `${LAST}`, moment: LAST },
  { text: '9999-12-31T23:59:59.999Z', moment: LAST },
  { text: '2026-05-28T08:00:00Z', moment: MORNING },
  { text: '2026-05-28T08:00:00.000Z', moment: MORNING },
  { text: '2026-05-28T08:00:00.250Z', moment: MORNING + 250 },
  { text: '2026-05-28T08:00:00,250Z', moment: MORNING + 250 },
  { text: '2026-05-28T08:00Z', moment: MORNING },
  { text: '2026-05-28t08:00:00z', moment: MORNING },
  { text: '2026-05-28T10:00:00+02:00', moment: MORNING },
  { text: '2026-05-28T10:00:00+0200', moment: MORNING },
  { text: '2026-05-28T02:30:00.000-05:30', moment: MORNING },
  { text: '2026-05-28T08:00:00', moment: MORNING },
  { text: '2026-05-28T08:00:00.250', moment: MORNING + 250 },
  { text: '2026-05-28T08:00', moment: MORNING },
  { text: '2026-05-28', moment: MORNING - 8 * HOUR },
  { text: '2026-05-27T24:00Z', moment: MORNING - 8 * HOUR },
  { text: '2028-02-29', moment: Date.UTC(2028, 1, 29) },
  { text: '1970-01-01', moment: 0 },
  { text: '1973-03-03T09:46:40Z', moment: SECONDS_LIMIT },
])('the TIME $text is $moment', ({ text, moment }) => {
  expect(parseTime(text)).toBe(moment)
})

it.each([
  { text: '2026-02-31' },
  { text: '2026-02-29' },
  { text: '2026-02-31T08:00:00Z' },
  { text: '2026-04-31' },
  { text: '2026-13-01' },
  { text: '2026-00-10' },
  { text: '2026-01-00' },
  { text: '2026-05-28T25:00' },
  { text: '2026-05-28T08:60' },
  { text: '2026-05-28T08:00:61Z' },
  { text: '2026-05-28T08:00+99:00' },
  { text: '2026-05-28T08' },
  { text: '2026-05-28 08:00' },
  { text: '2026-05-28Z' },
  { text: '2026-5-28' },
  { text: '28.05.2026' },
  { text: '1969-12-31' },
  // Their milliseconds would look like seconds.
  { text: '1' },
  { text: '1970-01-02' },
  { text: '1973-03-03T09:46:39.999Z' },
  { text: '-1' },
  { text: '+1' },
  { text: '1.5' },
  { text: '1e12' },
  { text: '0x10' },
  { text: `${LAST + 1}` },
  { text: '1779955200000000' },
  { text: '9007199254740991' },
  { text: '9007199254740992' },
  { text: '9999-12-31T23:59:59.999-00:01' },
  { text: '10000-01-01' },
  { text: 'NaN' },
  { text: 'Infinity' },
  { text: 'now' },
  { text: 'yesterday' },
  { text: '' },
  { text: ' ' },
  { text: ' 5' },
  { text: '2026-05-28\n' },
])('the TIME $text is refused', ({ text }) => {
  expect(() => parseTime(text)).toThrow('Expected epoch milliseconds or ISO 8601')
})

it('a TIME of ISO 8601 is read to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: SECONDS_LIMIT, max: LAST }), (moment) => {
      expect(parseTime(new Date(moment).toISOString())).toBe(moment)
    }),
  )
})

it('a TIME is the same moment in every time zone', () => {
  const arbitraryOffset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })
  fc.assert(
    fc.property(fc.integer({ min: 1_160, max: 40_000 }), arbitraryOffset, (day, offset) => {
      const local = new Date(day * 24 * HOUR + offset * 60_000).toISOString().slice(0, -1)
      const digits = (count: number): string => String(Math.floor(count)).padStart(2, '0')
      const sign = offset < 0 ? '-' : '+'
      const zone = `${digits(Math.abs(offset) / 60)}:${digits(Math.abs(offset) % 60)}`
      expect(parseTime(`${local}${sign}${zone}`)).toBe(day * 24 * HOUR)
    }),
  )
})

it('every text is a moment or is refused', () => {
  const arbitraryArgument = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9]{4}-[01][0-9]-[0-3][0-9](?:T[0-9:.,]{2,12}[Z+-]?[0-9:]{0,5})?$/),
  )
  fc.assert(
    fc.property(arbitraryArgument, (text) => {
      let time: number
      try {
        time = parseTime(text)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidArgumentError)
        return
      }
      expect(Number.isSafeInteger(time) && time >= 0 && time <= LAST).toBe(true)
    }),
  )
})
