import { describe, expect, it } from 'vitest'
import { stepIndexAt, stepsOf } from '../../src/inspect/steps.js'
import { durationText, momentText, ticksBetween } from '../../src/inspect/time-text.js'
import { aSession, aSessionEvent, anObservation, DAY, MINUTE, T0 } from '../given.js'

describe('the steps of a clock', () => {
  const first = aSessionEvent({}, { recorded_at: T0 + 9 * MINUTE })
  const second = aSessionEvent({ updated_at: T0 + MINUTE }, { recorded_at: T0 + 2 * MINUTE })
  const observed = anObservation(
    { updated_at: T0, sessions: [aSession({ updated_at: T0 + MINUTE })] },
    { recorded_at: T0 + 9 * MINUTE },
  )

  it('follow the order in which events became known, or in which things were true', () => {
    const events = [first, second, observed]
    expect(stepsOf(events, 'knownAt')).toEqual([
      { at: T0 + 2 * MINUTE, places: [1] },
      { at: T0 + 9 * MINUTE, places: [0, 2] },
    ])
    expect(stepsOf(events, 'asOf')).toEqual([
      { at: T0, places: [0, 2] },
      { at: T0 + MINUTE, places: [1, 2] },
    ])
  })

  it('have a last one at or before each moment', () => {
    const steps = stepsOf([first, second], 'asOf')
    expect([T0 - 1, T0, T0 + 1, T0 + DAY].map((at) => stepIndexAt(steps, at))).toEqual([
      -1, 0, 0, 1,
    ])
  })
})

describe('the texts of times', () => {
  it('show moments to the millisecond, and durations in two units', () => {
    expect(momentText(T0)).toBe('2024-05-28 08:00:00')
    expect(momentText(T0 + 7)).toBe('2024-05-28 08:00:00.007')
    expect([0, 12, 61_000, 3 * DAY + 7_200_000, DAY].map(durationText)).toEqual([
      ...['0 ms', '12 ms', '1 min 1 s', '3 d 2 h', '1 d'],
    ])
  })

  it('label an axis at round moments, and not too often', () => {
    expect(ticksBetween(T0, T0 + 3 * DAY, 4)).toEqual([
      { at: T0 + DAY * (2 / 3), label: '2024-05-29' },
      { at: T0 + DAY * (5 / 3), label: '2024-05-30' },
      { at: T0 + DAY * (8 / 3), label: '2024-05-31' },
    ])
    for (const length of [3, 5000, 9 * MINUTE, 400 * DAY, 90_000 * DAY]) {
      expect(ticksBetween(T0, T0 + length, 6).length).toBeLessThanOrEqual(7)
    }
  })
})
