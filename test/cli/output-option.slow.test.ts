import { existsSync } from 'node:fs'
import { lstat, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith, until } from './given/folder.js'

const LOG = logOf(eventLine())
const BAD = logOf(eventLine(), 'no event')
const CLIENT = /^\{"object":"client","id":"client_1",.*\}\n$/

/** A log of which a part can be read. */
const BROKEN = gzipSync(LOG).subarray(0, -4)

it('--out of replay receives what stdout would, and stdout stays empty', async () => {
  const folder = await folderWith({ log: LOG })
  const plain = await folder.run(['replay', 'log'])
  const filed = await folder.run(['replay', 'log', '--out', 'out'])
  expect(filed).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await folder.read('out')).toBe(plain.stdout)
})

it('--out of generate receives what stdout would, and stdout stays empty', async () => {
  const folder = await folderWith()
  const args = ['generate', '--events', '50', '--clients', '3']
  const { stdout } = await folder.run(args)
  expect(await folder.run([...args, '--out', 'out'])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await folder.read('out')).toBe(stdout)
  expect(await folder.names()).toEqual(['out'])
})

it('--out is written even if lines were refused, and leaves no other file', async () => {
  const folder = await folderWith({ log: BAD })
  const { code } = await folder.run(['replay', 'log', '--out', 'out', '--rejects', 'bad'])
  expect(code).toBe(1)
  expect(await folder.read('out')).toMatch(CLIENT)
  expect(await folder.names()).toEqual(['bad', 'log', 'out'])
})

it.each([
  { problem: 'a log that does not exist', args: ['log', 'nowhere'] },
  { problem: 'a log that breaks off', args: ['log', 'broken.gz'] },
])('a run that fails at $problem leaves no file', async ({ args }) => {
  const folder = await folderWith({ log: BAD, 'broken.gz': BROKEN })
  const ended = await folder.run(['replay', ...args, '--out', 'out', '--rejects', 'bad'])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(await folder.names()).toEqual(['broken.gz', 'log'])
})

it('a run that fails leaves the old files unchanged', async () => {
  const folder = await folderWith({ 'broken.gz': BROKEN, out: 'old', bad: 'old too' })
  await folder.run(['replay', 'broken.gz', '--out', 'out', '--rejects', 'bad'])
  expect([await folder.read('out'), await folder.read('bad')]).toEqual(['old', 'old too'])
})

it.each([
  { problem: 'cannot be written', rejects: 'nowhere/bad' },
  { problem: 'is the file of --out', rejects: './out' },
])('a run whose --rejects $problem writes nothing', async ({ rejects }) => {
  const folder = await folderWith({ log: BAD })
  const ended = await folder.run(['replay', 'log', '--out', 'out', '--rejects', rejects])
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: cannot write [^\n]+\n$/)
  expect(await folder.names()).toEqual(['log'])
})

it.each([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
] as const)('$signal while a run reads ends it quietly, without a file', async (row) => {
  const folder = await folderWith({ out: 'old' })
  const { child, send, ended } = folder.start([
    ...['replay', '-', '--out', 'out', '--rejects', 'bad'],
  ])
  send(logOf(eventLine()))
  await until(async () => (await folder.names()).length === 3)
  child.kill(row.signal)
  expect(await ended).toEqual({ code: row.code, stdout: '', stderr: '' })
  expect(await folder.names()).toEqual(['out'])
  expect(await folder.read('out')).toBe('old')
})

it('a signal while a run writes ends it quietly, without a file', async () => {
  const folder = await folderWith()
  const args = ['generate', '--events', '100000000', '--clients', '5', '--out', 'out']
  const { child, ended } = folder.start(args)
  await until(async () => {
    const [name] = await folder.names()
    return name !== undefined && (await stat(join(folder.path, name))).size > 100_000
  })
  child.kill('SIGINT')
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' })
  expect(await folder.names()).toEqual([])
})

it('a signal before a run writes to stdout leaves stdout empty', async () => {
  const { child, send, ended } = (await folderWith()).start(['replay'])
  send(logOf(eventLine(), 'no event'))
  await new Promise((resolve) => child.stderr?.once('data', resolve))
  child.kill('SIGINT')
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: '-:2: not JSON\n' })
})

it('--out writes into an open descriptor', async () => {
  const folder = await folderWith({ log: BAD })
  const ended = await folder.shell(
    '{ clientfold replay log --rejects /dev/fd/3 3>&1 >out; echo "code $?"; } | cat',
  )
  expect(ended.stdout).toBe('no event\ncode 1\n')
  expect(await folder.names()).toEqual(['log', 'out'])
})

it('--out keeps a link to an open pipe, and writes into the pipe', async () => {
  const folder = await folderWith({ log: LOG })
  await symlink('/dev/stdout', join(folder.path, 'out'))
  const ended = await folder.shell('clientfold replay log --out out | cat')
  expect(ended.stdout).toMatch(CLIENT)
  expect((await lstat(join(folder.path, 'out'))).isSymbolicLink()).toBe(true)
})

it.skipIf(!existsSync('/dev/full'))('a full device fails in one line', async () => {
  const folder = await folderWith({ log: LOG })
  const ended = await folder.shell('clientfold replay log > /dev/full')
  expect(ended).toMatchObject({
    code: 2,
    stderr: 'clientfold: cannot write standard output: no space left on device\n',
  })
})
