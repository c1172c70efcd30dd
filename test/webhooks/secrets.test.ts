import { describe, expect, it } from 'vitest'
import { A_BODY, givenReceiver, requestOf, SECRET, signed } from './given.js'

describe('secrets', () => {
  const raw = Buffer.from('clientfold-test-secret-1')
  const ofBytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString('base64')}`

  it.each([24, 32, 64])('secrets may have %d bytes', async (count) => {
    const secret = ofBytes(count)
    const { receive } = givenReceiver({ secrets: secret })
    expect(await receive(requestOf(signed(A_BODY, { secret })))).toMatchObject({ _tag: 'Recorded' })
  })

  it.each([
    { name: 'the list is empty', secrets: [] },
    { name: 'it is empty', secrets: '' },
    { name: 'it is only the prefix', secrets: 'whsec_' },
    { name: 'one of two is only the prefix', secrets: [SECRET, 'whsec_'] },
    { name: 'it has no prefix', secrets: raw.toString('base64') },
    { name: 'it has another prefix', secrets: `sk_${raw.toString('base64')}` },
    { name: 'it has 23 bytes', secrets: ofBytes(23) },
    { name: 'it has 65 bytes', secrets: ofBytes(65) },
    { name: 'its padding is missing', secrets: ofBytes(25).replace(/=+$/, '') },
    { name: 'it is in the URL alphabet of base64', secrets: `whsec_${'-_'.repeat(16)}` },
    { name: 'it ends with a line break', secrets: `${SECRET}\n` },
    { name: 'it is in quotes', secrets: `"${SECRET}"` },
    { name: 'it is in single quotes', secrets: [`'${SECRET}'`] },
    { name: 'it is not base64', secrets: `whsec_${'*'.repeat(32)}` },
  ])(
    'secrets are refused when the receiver is created, and not quoted, if $name',
    ({ secrets }) => {
      let error: unknown
      try {
        givenReceiver({ secrets })
      } catch (thrown) {
        error = thrown
      }
      expect(error).toMatchObject({ name: 'WebhookSecretInvalid' })
      expect((error as Error).message).toMatch(
        /^a webhook's signing secret (is missing|must (begin with|be base64 after|have|not be in quotes;) [\w, ]+)$/,
      )
    },
  )
})
