import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTimer } from '../../src/views/timing.js'

const SETTINGS = { milliseconds: 1000, busy: 100, longestMilliseconds: 3000, most: 500 }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('a timer calls a while after something was needed, however often it was needed', () => {
  const call = vi.fn()
  const timer = startTimer(SETTINGS, call)
  for (let n = 0; n < 99; n++) timer.add(1)
  vi.advanceTimersByTime(999)
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(call).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(9000)
  expect(call).toHaveBeenCalledOnce()
})

it('a timer waits while much comes, until less comes', () => {
  const call = vi.fn()
  const timer = startTimer(SETTINGS, call)
  timer.add(100)
  vi.advanceTimersByTime(1000)
  expect(call).not.toHaveBeenCalled()
  timer.add(99)
  vi.advanceTimersByTime(1000)
  expect(call).toHaveBeenCalledOnce()
})

it('a timer waits for a bounded time, and not for more than its bound', () => {
  const call = vi.fn()
  const timer = startTimer(SETTINGS, call)
  for (let second = 0; second < 3; second++) {
    timer.add(100)
    vi.advanceTimersByTime(1000)
  }
  expect(call).toHaveBeenCalledOnce()
  timer.add(499)
  expect(call).toHaveBeenCalledOnce()
  timer.add(1)
  expect(call).toHaveBeenCalledTimes(2)
})

it('a timer that was stopped does not call', () => {
  const call = vi.fn()
  const timer = startTimer(SETTINGS, call)
  timer.add(100)
  timer.stop()
  vi.advanceTimersByTime(9000)
  expect(call).not.toHaveBeenCalled()
})
