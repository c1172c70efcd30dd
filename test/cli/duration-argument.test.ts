import { InvalidArgumentError } from 'commander'
import { expect, it } from 'vitest'
import { parseDuration } from '../../src/cli/duration-argument.js'

it.each([
  { text: '0s', milliseconds: 0 },
  { text: '500ms', milliseconds: 500 },
  { text: '90s', milliseconds: 90_000 },
  { text: '30m', milliseconds: 1_800_000 },
  { text: '12h', milliseconds: 43_200_000 },
  { text: '7d', milliseconds: 604_800_000 },
  { text: '36525d', milliseconds: 3_155_760_000_000 },
])('the duration $text has $milliseconds ms', ({ text, milliseconds }) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

it.each(['', '7', 'd', '-1d', '1.5d', '7 d', '7D', '1w', '36526d', '7d12h', 'Infinityd'])(
  '"%s" is no duration',
  (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError)
  },
)
