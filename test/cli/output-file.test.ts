import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readlink, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith, until, type Folder } from './given/folder.js'

const LOG = logOf(eventLine())
const BAD = logOf(eventLine(), 'no event')
const CLIENT = /^\{"object":"client","id":"client_1",.*\}\n$/

/** A log that is read in part before it breaks off. */
const BROKEN = gzipSync(LOG).subarray(0, -4)

const linked = async (folder: Folder, name: string, target: string): Promise<void> =>
  symlink(target, join(folder.path, name))

describe.concurrent('--out', () => {
  it('takes what stdout would, which stays empty', async () => {
    const folder = await folderWith({ log: LOG })
    const [plain, filed] = [
      await folder.run(['replay', 'log']),
      await folder.run(['replay', 'log', '--out', 'out']),
    ]
    expect(filed).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await folder.read('out')).toBe(plain.stdout)
  })

  it('leaves no other file behind', async () => {
    const folder = await folderWith({ log: BAD })
    await folder.run(['replay', 'log', '--out', 'out', '--rejects', 'bad'])
    expect(await folder.names()).toEqual(['bad', 'log', 'out'])
  })

  it('is written though lines were refused', async () => {
    const folder = await folderWith({ log: BAD })
    const { code } = await folder.run(['replay', 'log', '--out', 'out'])
    expect(code).toBe(1)
    expect(await folder.read('out')).toMatch(CLIENT)
  })

  it('replaces what was there', async () => {
    const folder = await folderWith({ log: LOG, out: 'x'.repeat(100_000) })
    await folder.run(['replay', 'log', '--out', 'out'])
    expect(await folder.read('out')).toMatch(CLIENT)
  })

  it('is written by generate as by replay', async () => {
    const folder = await folderWith()
    const args = ['generate', '--events', '50', '--clients', '3']
    const { stdout } = await folder.run(args)
    expect(await folder.run([...args, '--out', 'out'])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await folder.read('out')).toBe(stdout)
    expect(await folder.names()).toEqual(['out'])
  })
})

describe.concurrent('a run that fails', () => {
  it.each([
    { reason: 'because a log is missing', args: ['log', 'nowhere'] },
    { reason: 'because a log breaks off', args: ['log', 'broken.gz'] },
  ])('$reason leaves no file', async ({ args }) => {
    const folder = await folderWith({ log: BAD, 'broken.gz': BROKEN })
    const ended = await folder.run(['replay', ...args, '--out', 'out', '--rejects', 'bad'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(await folder.names()).toEqual(['broken.gz', 'log'])
  })

  it('leaves what was there as it was', async () => {
    const folder = await folderWith({ 'broken.gz': BROKEN, out: 'old', bad: 'old too' })
    await folder.run(['replay', 'broken.gz', '--out', 'out', '--rejects', 'bad'])
    expect([await folder.read('out'), await folder.read('bad')]).toEqual(['old', 'old too'])
  })

  it('because its file cannot be written says so in one line', async () => {
    const folder = await folderWith({ log: LOG })
    expect(await folder.run(['replay', 'log', '--out', 'nowhere/out'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'clientfold: cannot write nowhere/out: no such file or directory\n',
    })
  })

  it('because its file is a directory says so in one line', async () => {
    const folder = await folderWith({ log: LOG })
    await mkdir(join(folder.path, 'out'))
    const { code, stderr } = await folder.run(['replay', 'log', '--out', 'out'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^clientfold: cannot write out: .*directory\n$/)
    expect(await folder.names()).toEqual(['log', 'out'])
  })

  it('because --rejects cannot be written writes nothing else either', async () => {
    const folder = await folderWith({ log: BAD })
    const args = ['replay', 'log', '--out', 'out', '--rejects', 'nowhere/bad']
    expect(await folder.run(args)).toMatchObject({ code: 2 })
    expect(await folder.names()).toEqual(['log'])
  })

  it('because one file is to be two things leaves the file as it was', async () => {
    const folder = await folderWith({ log: BAD, out: 'old' })
    const args = ['replay', 'log', '--out', 'out', '--rejects', './out']
    expect(await folder.run(args)).toMatchObject({ code: 2, stdout: '' })
    expect(await folder.read('out')).toBe('old')
    expect(await folder.names()).toEqual(['log', 'out'])
  })

  it('because one new file is to be two things leaves none', async () => {
    const folder = await folderWith({ log: BAD })
    const args = ['replay', 'log', '--out', 'out', '--rejects', './out']
    expect(await folder.run(args)).toMatchObject({ code: 2, stdout: '' })
    expect(await folder.names()).toEqual(['log'])
  })

  it('because its file is a link that leads nowhere but to itself says so in one line', async () => {
    const folder = await folderWith({ log: LOG })
    await linked(folder, 'out', 'loop')
    await linked(folder, 'loop', 'out')
    const { code, stderr } = await folder.run(['replay', 'log', '--out', 'out'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^clientfold: cannot write out: .*links.*\n$/)
    expect(await folder.names()).toEqual(['log', 'loop', 'out'])
  })
})

describe.concurrent('a run that is interrupted', () => {
  it.each([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('by $signal while it reads leaves nothing, quietly', async ({ signal, code }) => {
    const folder = await folderWith({ out: 'old' })
    const { child, send, ended } = folder.start([
      ...['replay', '-', '--out', 'out', '--rejects', 'bad'],
    ])
    send(logOf(eventLine()))
    await until(async () => (await folder.names()).length === 3)
    child.kill(signal)
    expect(await ended).toEqual({ code, stdout: '', stderr: '' })
    expect(await folder.names()).toEqual(['out'])
    expect(await folder.read('out')).toBe('old')
  })

  it('while it writes leaves nothing, quietly', async () => {
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

  it('before it has written to stdout writes nothing', async () => {
    const { child, send, ended } = (await folderWith()).start(['replay'])
    send(logOf(eventLine(), 'no event'))
    await new Promise((resolve) => child.stderr?.once('data', resolve))
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: '-:2: not JSON\n' })
  })
})

describe.concurrent('a place that is no plain file', () => {
  it('such as a link is kept, and what it leads to is written', async () => {
    const folder = await folderWith({ log: LOG, target: 'old' })
    await linked(folder, 'out', 'target')
    await folder.run(['replay', 'log', '--out', 'out'])
    expect(await readlink(join(folder.path, 'out'))).toBe('target')
    expect(await folder.read('target')).toMatch(CLIENT)
    expect(await folder.names()).toEqual(['log', 'out', 'target'])
  })

  it('such as a link to nothing yet is kept too', async () => {
    const folder = await folderWith({ log: LOG })
    await linked(folder, 'out', 'target')
    expect(await folder.run(['replay', 'log', '--out', 'out'])).toMatchObject({ code: 0 })
    expect((await lstat(join(folder.path, 'out'))).isSymbolicLink()).toBe(true)
    expect(await folder.read('target')).toMatch(CLIENT)
  })

  it('such as a named pipe is written into', async () => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.shell(
      `mkfifo pipe; { cat pipe >copy; } >/dev/null 2>&1 &
      clientfold replay log --out pipe; code=$?
      if [ $code = 0 ] && [ -p pipe ]; then wait; fi; kill $! 2>/dev/null; exit $code`,
    )
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await lstat(join(folder.path, 'pipe'))).isFIFO()).toBe(true)
    expect(await folder.read('copy')).toMatch(CLIENT)
  })

  it('such as the null device is not replaced', async () => {
    const folder = await folderWith({ log: BAD })
    const args = ['replay', 'log', '--out', '/dev/null', '--rejects', '/dev/null']
    expect(await folder.run(args)).toMatchObject({ code: 1, stdout: '' })
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
  })

  it('such as an open descriptor is written into', async () => {
    const folder = await folderWith({ log: BAD })
    const ended = await folder.shell(
      '{ clientfold replay log --rejects /dev/fd/3 3>&1 >out; echo "code $?"; } | cat',
    )
    expect(ended.stdout).toBe('no event\ncode 1\n')
    expect(await folder.names()).toEqual(['log', 'out'])
  })

  it('such as a link to an open pipe is kept and written into', async () => {
    const folder = await folderWith({ log: LOG })
    await linked(folder, 'out', '/dev/stdout')
    const ended = await folder.shell('clientfold replay log --out out | cat')
    expect(ended.stdout).toMatch(CLIENT)
    expect((await lstat(join(folder.path, 'out'))).isSymbolicLink()).toBe(true)
  })

  it.skipIf(!existsSync('/dev/full'))('such as a full device fails in one line', async () => {
    const folder = await folderWith({ log: LOG })
    const ended = await folder.shell('clientfold replay log > /dev/full')
    expect(ended).toMatchObject({
      code: 2,
      stderr: 'clientfold: cannot write standard output: no space left on device\n',
    })
  })
})

describe.concurrent('a file that was private', () => {
  it('stays so when it is replaced', async () => {
    const folder = await folderWith({ log: LOG, out: 'old' })
    await chmod(join(folder.path, 'out'), 0o600)
    await folder.run(['replay', 'log', '--out', 'out'])
    expect((await stat(join(folder.path, 'out'))).mode & 0o777).toBe(0o600)
  })
})
