import { describe, expect, it } from 'vitest'
import { A_BODY, givenReceiver, requestOf, SECRET, signed } from './given.js'

describe('secrets', () => {
  const raw = Buffer.from('clientfold-test-secret-1')
  const ofBytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString('base64')}`

  it.each([24, 32, 64])('may have %d bytes', async (count) => {
    const secret = ofBytes(count)
    const { receive } = givenReceiver({ secrets: secret })
    expect(await receive(requestOf(signed(A_BODY, { secret })))).toMatchObject({ _tag: 'Recorded' })
  })

  it.each([
    ['there is none', []],
    ['it is empty', ''],
    ['there is nothing after its prefix', 'whsec_'],
    ['one of two is empty', [SECRET, 'whsec_']],
    ['it has no prefix', raw.toString('base64')],
    ['it has another prefix', `sk_${raw.toString('base64')}`],
    ['it has 23 bytes', ofBytes(23)],
    ['it has 65 bytes', ofBytes(65)],
    ['it lacks its padding', ofBytes(25).replace(/=+$/, '')],
    ['it is base64 of the other kind', `whsec_${'-_'.repeat(16)}`],
    ['it has a line break behind it', `${SECRET}\n`],
    ['it is quoted', `"${SECRET}"`],
    ['it is no base64', `whsec_${'*'.repeat(32)}`],
  ])('are refused at once, and never quoted, if %s', (_name, secrets) => {
    let error: unknown
    try {
      givenReceiver({ secrets })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: 'WebhookSecretInvalid' })
    expect((error as Error).message).toMatch(/^a webhook's signing secret [\w ]+$/)
  })
})
