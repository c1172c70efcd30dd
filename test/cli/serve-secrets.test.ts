import { expect, it } from 'vitest'
import { CommandFailure } from '../../src/cli/command-failure.js'
import { serveSecretsOf } from '../../src/cli/serve-secrets.js'

it.each([
  {
    name: 'one signing secret',
    environment: { CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_a' },
    secrets: { signingSecrets: ['whsec_a'], secretKey: undefined },
  },
  {
    name: 'several signing secrets, separated by spaces',
    environment: { CLERK_WEBHOOK_SIGNING_SECRET: ' whsec_a  whsec_b ', CLIENTFOLD_SECRET_KEY: '' },
    secrets: { signingSecrets: ['whsec_a', 'whsec_b'], secretKey: undefined },
  },
  {
    name: 'a secret key',
    environment: { CLERK_WEBHOOK_SIGNING_SECRET: ' ', CLIENTFOLD_SECRET_KEY: 'key' },
    secrets: { signingSecrets: undefined, secretKey: 'key' },
  },
])('the environment of serve may hold $name', ({ environment, secrets }) => {
  expect(serveSecretsOf(environment)).toEqual(secrets)
})

it.each([
  { environment: {} },
  { environment: { CLERK_WEBHOOK_SIGNING_SECRET: ' ', CLIENTFOLD_SECRET_KEY: '' } },
])('serve is refused without a secret: $environment', ({ environment }) => {
  const sentence =
    'no secret is set: set CLERK_WEBHOOK_SIGNING_SECRET to receive webhooks, ' +
    'CLIENTFOLD_SECRET_KEY to answer readers, or both'
  expect(() => serveSecretsOf(environment)).toThrow(new CommandFailure(sentence))
})

it.each([
  { name: 'CLERK_WEBHOOK_SIGNING_SECRET', value: '"whsec_canary"' },
  { name: 'CLERK_WEBHOOK_SIGNING_SECRET', value: "'whsec_canary'" },
  { name: 'CLERK_WEBHOOK_SIGNING_SECRET', value: '"whsec_canary whsec_canary"' },
  { name: 'CLERK_WEBHOOK_SIGNING_SECRET', value: 'whsec_canary whsec_canary"' },
  { name: 'CLIENTFOLD_SECRET_KEY', value: '"sk_canary"' },
  { name: 'CLIENTFOLD_SECRET_KEY', value: "'sk canary'" },
])('a value of $name in quotes is refused when serve starts, and is not shown', (row) => {
  const sentence =
    `the value of the environment variable ${row.name} is in quotes; ` +
    'remove them where the variable is set, because they became a part of the value'
  expect(() => serveSecretsOf({ [row.name]: row.value })).toThrow(new CommandFailure(sentence))
})

it.each([{ key: 'two canaries' }, { key: 'cänary' }, { key: ' ' }])(
  'the secret key $key is refused, and is not shown',
  ({ key }) => {
    const sentence =
      'the secret key in CLIENTFOLD_SECRET_KEY is invalid; use printable ASCII characters without spaces'
    expect(() => serveSecretsOf({ CLIENTFOLD_SECRET_KEY: key })).toThrow(
      new CommandFailure(sentence),
    )
  },
)
