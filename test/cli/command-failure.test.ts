import { expect, it } from 'vitest'
import { ClerkKeyRefused } from '../../src/clerk/clerk-error.js'
import { CommandFailure, failureReportOf } from '../../src/cli/command-failure.js'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { ListenFailed } from '../../src/http/server.js'
import { SourceUnreadable } from '../../src/replay/source.js'
import { WebhookSecretInvalid } from '../../src/webhooks/secrets.js'
import { folderWith } from './given/folder.js'

it.each([
  { error: new CommandFailure('the file is missing') },
  { error: new StoreUnavailable('missing', 'the file is missing') },
  { error: new CorruptRecord('1') },
  { error: new SourceUnreadable('log', new Error('no such file or directory')) },
  { error: new ListenFailed('the port is in use') },
  { error: new ClerkKeyRefused() },
  { error: new WebhookSecretInvalid('the secret is missing') },
])('$error.name is reported in one sentence with exit code 2', ({ error }) => {
  expect(failureReportOf(error)).toEqual({ text: `clientfold: ${error.message}\n`, exitCode: 2 })
})

it.each([
  { name: 'an Error', error: new Error('impossible') },
  { name: 'a TypeError', error: new TypeError('impossible') },
  {
    name: 'an error of a driver',
    error: Object.assign(new Error('impossible'), { name: 'SqliteError' }),
  },
])('$name is reported as a defect, with its stack and exit code 70', ({ error }) => {
  const { text, exitCode } = failureReportOf(error)
  expect(exitCode).toBe(70)
  expect(text).toMatch(/^clientfold: .*impossible\n +at /)
  expect(text).toMatch(/\nThis is a defect of clientfold, .* report .*\n$/)
})

it('a thrown value that is no error is reported as a defect', () => {
  const { text, exitCode } = failureReportOf('impossible')
  expect(exitCode).toBe(70)
  expect(text).toMatch(/^clientfold: impossible\nThis is a defect of clientfold, /)
})

/** Options of Node that run this code before the command. */
const runFirst = (code: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
})

it.each([
  {
    name: 'in the promise of the command',
    args: ['generate', '--events', '5', '--clients', '1', '--out', 'out'],
    code: 'JSON.stringify = () => { throw new RangeError("broken") }',
  },
  {
    name: 'in a callback outside of it',
    args: ['replay', '-', '--out', 'out'],
    code: 'setTimeout(() => { throw new RangeError("broken") }, 500)',
  },
])('a defect $name ends with its stack, exit code 70 and no file', async ({ args, code }) => {
  const folder = await folderWith()
  const ended = await folder.start(args, runFirst(code)).ended
  expect(ended).toMatchObject({ code: 70, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: RangeError: broken\n +at /)
  expect(ended.stderr).toContain('This is a defect of clientfold')
  expect(await folder.names()).toEqual([])
})
