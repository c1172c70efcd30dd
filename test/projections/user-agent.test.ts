import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUserAgent } from '../../src/projections/user-agent.js'
import { arbitraryText } from '../../src/testing/index.js'

const NOTHING = { browserName: null, browserVersion: null, operatingSystem: null, kind: 'unknown' }

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('readUserAgent', () => {
  it.each([
    {
      text: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/125.0.0.0 Safari/537.36`,
      expected: ['Chrome', '125.0.0.0', 'Windows', 'desktop'],
    },
    {
      text: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0`,
      expected: ['Microsoft Edge', '125.0.0.0', 'Windows', 'desktop'],
    },
    {
      text: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/17.4 Safari/605.1.15`,
      expected: ['Safari', '17.4', 'macOS', 'desktop'],
    },
    {
      text: 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0',
      expected: ['Firefox', '126.0', 'Linux', 'desktop'],
    },
    {
      text: `Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${WEBKIT} Version/17.4 Mobile/15E148 Safari/604.1`,
      expected: ['Safari', '17.4', 'iOS', 'mobile'],
    },
    {
      text: `Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) ${WEBKIT} Version/16.6 Mobile/15E148 Safari/604.1`,
      expected: ['Safari', '16.6', 'iOS', 'tablet'],
    },
    {
      text: `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${BLINK} Chrome/124.0.0.0 Mobile Safari/537.36`,
      expected: ['Chrome', '124.0.0.0', 'Android', 'mobile'],
    },
    {
      text: `Mozilla/5.0 (Web0S; Linux/SmartTV) ${BLINK} Chrome/79 Safari/537.36`,
      expected: ['WebOS Browser', null, 'WebOS', 'unknown'],
    },
  ])('the browser, the system and the kind of device are read from "$text"', (row) => {
    const { browserName, browserVersion, operatingSystem, kind } = readUserAgent(row.text)
    expect([browserName, browserVersion, operatingSystem, kind]).toEqual(row.expected)
  })

  it.each(['', ' ', 'node', 'curl/8.1', '\0', '\ud800', '__proto__'])(
    'nothing is read from %j',
    (text) => {
      expect(readUserAgent(text)).toEqual(NOTHING)
    },
  )

  it('only the beginning of a long text is read', () => {
    const late = `${' '.repeat(2000)}Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/1 Firefox/126.0`
    expect(readUserAgent(late)).toEqual(NOTHING)
  })

  it('every text has an answer', () => {
    const words = ['Mozilla/5.0', '(', ')', 'Chrome/', 'Version/', 'iPad', 'Android ', '; ', '1.2']
    const arbitraryAgent = fc
      .array(fc.oneof(fc.constantFrom(...words), arbitraryText()), { maxLength: 12 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(arbitraryAgent, (text) => {
        expect(['desktop', 'mobile', 'tablet', 'unknown']).toContain(readUserAgent(text).kind)
      }),
    )
  })
})
