import { expect, it } from 'vitest'
import { clerkApiUrlOf, clerkSecretKeyOf } from '../../src/cli/clerk-access.js'
import { CommandFailure } from '../../src/cli/command-failure.js'

const SET_IT = 'set it to the secret key of your Clerk instance (sk_…)'

it.each([
  { environment: {}, problem: 'is not set' },
  { environment: { CLERK_SECRET_KEY: '' }, problem: 'is not set' },
  { environment: { CLERK_SECRET_KEY: 'canary\nkey' }, problem: 'is invalid' },
  { environment: { CLERK_SECRET_KEY: 'cänary' }, problem: 'is invalid' },
])('the secret key of Clerk $problem in $environment, and is not shown', (row) => {
  const sentence = `the environment variable CLERK_SECRET_KEY ${row.problem}; ${SET_IT}`
  expect(() => clerkSecretKeyOf(row.environment)).toThrow(new CommandFailure(sentence))
})

it.each([{ key: '"sk_canary"' }, { key: "'sk_canary'" }])(
  'the secret key of Clerk is refused in quotes, and is not shown: $key',
  ({ key }) => {
    const sentence =
      'the value of the environment variable CLERK_SECRET_KEY is in quotes; ' +
      'remove them where the variable is set, because they became a part of the value'
    expect(() => clerkSecretKeyOf({ CLERK_SECRET_KEY: key })).toThrow(new CommandFailure(sentence))
  },
)

it('the secret key of Clerk is read from the environment', () => {
  expect(clerkSecretKeyOf({ CLERK_SECRET_KEY: 'sk_test_1' })).toBe('sk_test_1')
})

it.each([{ url: undefined }, { url: 'https://api.example.com' }, { url: 'http://127.0.0.1:80/x' }])(
  '--api-url takes $url',
  ({ url }) => {
    expect(clerkApiUrlOf(url)).toBe(url)
  },
)

it.each([
  { url: 'api.clerk.com' },
  { url: 'ftp://api.clerk.com' },
  { url: 'http://' },
  { url: '' },
])('--api-url refuses $url', ({ url }) => {
  const sentence = '--api-url is invalid; use a URL that begins with https:// or http://'
  expect(() => clerkApiUrlOf(url)).toThrow(new CommandFailure(sentence))
})
