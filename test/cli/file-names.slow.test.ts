import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './given/folder.js'
import { runInProcess } from './given/in-process.js'

/** It would set the title of a terminal, clear it and begin a new line. */
const NAME = 'log\u001b]0;title\u0007\u001b[2J\r\nx'
const ESCAPED = 'log\\u{1b}]0;title\\u{7}\\u{1b}[2J\\u{d}\\u{a}x'

/** A control character that does not end a line. */
const CONTROL = /(?!\n)\p{Cc}/u

const folder = await folderWith({
  [NAME]: logOf(eventLine(), 'no event'),
  good: logOf(eventLine()),
})

it.each([
  { name: 'replay does not find', args: ['replay', `${NAME}.gz`] },
  { name: 'replay names with a refused line', args: ['replay', NAME] },
  { name: 'verify names with a refused line', args: ['verify', NAME, '--refused-fails'] },
  { name: 'import names with a refused line', args: ['import', NAME] },
  { name: 'replay cannot write', args: ['replay', 'good', '--out', `${NAME}/out`] },
  { name: 'replay cannot write rejects to', args: ['replay', 'good', '--rejects', `${NAME}/out`] },
  {
    name: 'generate cannot write',
    args: ['generate', '--events', '1', '--clients', '1', '--out', `${NAME}/out`],
  },
  { name: 'export does not find', args: ['export', '--store', `sqlite:${NAME}.db`] },
  { name: 'show does not find', args: ['show', 'client_1', '--store', `sqlite:${NAME}.db`] },
])('the name of a file that $name is escaped', async ({ args }) => {
  const { code, stderr } = await folder.run(args)
  expect(code).not.toBe(0)
  expect(stderr).toContain(ESCAPED)
  expect(stderr).not.toMatch(CONTROL)
})

it('the name of a store without the client is escaped', async () => {
  const store = `sqlite:${NAME}.db`
  await folder.run(['import', 'good', '--store', store])
  for (const args of [
    ['show', 'client_2'],
    ['devices', 'user_2'],
    ['history', 'client_2'],
    ['erase', '--client', 'client_2'],
  ]) {
    const { stderr } = await folder.run([...args, '--store', store])
    expect(stderr).toContain(`${ESCAPED}.db`)
    expect(stderr).not.toContain(NAME)
  }
})

it.each([
  { name: 'a number', args: ['generate', '--events', NAME, '--clients', '1'] },
  { name: 'the number of threads', args: ['replay', 'good', '--threads', NAME] },
  { name: 'an option', args: ['replay', 'good', `--${NAME}`] },
  { name: 'a command', args: [NAME] },
])('the name of a file in the place of $name is escaped', async ({ args }) => {
  const { code, stderr } = await runInProcess(args)
  expect(code).toBe(2)
  expect(stderr).toContain('log\\u{1b}]0;title\\u{7}')
  expect(stderr).not.toMatch(CONTROL)
})
