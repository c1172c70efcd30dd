import { chmod, lstat, mkdir, open, readlink, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { failureReportOf } from '../../src/cli/command-failure.js'
import { openFile } from '../../src/cli/output.js'
import { folderWith, type Folder } from './given/folder.js'

const link = async (folder: Folder, name: string, target: string): Promise<void> =>
  symlink(target, join(folder.path, name))

const writeFileAt = async (folder: Folder, name: string, text = 'new'): Promise<void> => {
  const output = await openFile(join(folder.path, name))
  await output.write(text)
  await output.done()
}

/** The one sentence with which a file is refused. */
const refusalOf = async (folder: Folder, name: string): Promise<string> => {
  const refused = await openFile(join(folder.path, name)).catch((error: unknown) => error)
  const { text, exitCode } = failureReportOf(refused)
  expect(exitCode).toBe(2)
  expect(text).toMatch(/^clientfold: cannot write [^\n]+\n$/)
  return text.replaceAll(`${folder.path}/`, '')
}

it('an output replaces the file that was there, whatever its size', async () => {
  const folder = await folderWith({ out: 'x'.repeat(100_000) })
  await writeFileAt(folder, 'out')
  expect(await folder.read('out')).toBe('new')
  expect(await folder.names()).toEqual(['out'])
})

it('an output has another name until it is complete', async () => {
  const folder = await folderWith({ out: 'old' })
  const output = await openFile(join(folder.path, 'out'))
  await output.write('new')
  expect(await folder.read('out')).toBe('old')
  await output.done()
  expect(await folder.read('out')).toBe('new')
})

it('an output that is discarded leaves the old file and no other', async () => {
  const folder = await folderWith({ out: 'old' })
  const output = await openFile(join(folder.path, 'out'))
  await output.write('new')
  await output.discard()
  expect(await folder.read('out')).toBe('old')
  expect(await folder.names()).toEqual(['out'])
})

it('an output in a folder that does not exist is refused', async () => {
  const folder = await folderWith()
  expect(await refusalOf(folder, 'nowhere/out')).toBe(
    'clientfold: cannot write nowhere/out: no such file or directory\n',
  )
})

it('a directory is refused as an output', async () => {
  const folder = await folderWith()
  await mkdir(join(folder.path, 'out'))
  expect(await refusalOf(folder, 'out')).toMatch(/^clientfold: cannot write out: .*directory\n$/)
  expect(await folder.names()).toEqual(['out'])
})

it('a link that leads to itself is refused as an output', async () => {
  const folder = await folderWith()
  await link(folder, 'out', 'loop')
  await link(folder, 'loop', 'out')
  expect(await refusalOf(folder, 'out')).toMatch(/^clientfold: cannot write out: .*links.*\n$/)
  expect(await folder.names()).toEqual(['loop', 'out'])
})

it('one file cannot be two outputs', async () => {
  const folder = await folderWith({ out: 'old' })
  const output = await openFile(join(folder.path, 'out'))
  expect(await refusalOf(folder, 'out')).toBe(
    'clientfold: cannot write out: two options name this file; give each option a file of its own\n',
  )
  await output.discard()
  expect(await folder.read('out')).toBe('old')
  expect(await folder.names()).toEqual(['out'])
})

it('an output follows a link, and keeps it', async () => {
  const folder = await folderWith({ target: 'old' })
  await link(folder, 'out', 'target')
  await writeFileAt(folder, 'out')
  expect(await readlink(join(folder.path, 'out'))).toBe('target')
  expect(await folder.read('target')).toBe('new')
  expect(await folder.names()).toEqual(['out', 'target'])
})

it('an output follows a link to a file that does not exist yet, and keeps it', async () => {
  const folder = await folderWith()
  await link(folder, 'out', 'target')
  await writeFileAt(folder, 'out')
  expect((await lstat(join(folder.path, 'out'))).isSymbolicLink()).toBe(true)
  expect(await folder.read('target')).toBe('new')
})

it('an output keeps the permissions of the file that it replaces', async () => {
  const folder = await folderWith({ out: 'old' })
  await chmod(join(folder.path, 'out'), 0o600)
  await writeFileAt(folder, 'out')
  expect((await stat(join(folder.path, 'out'))).mode & 0o777).toBe(0o600)
})

it('a device is written into by two outputs, and not replaced', async () => {
  const outputs = [await openFile('/dev/null'), await openFile('/dev/null')]
  for (const output of outputs) await output.write('new')
  for (const output of outputs) await output.done()
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
})

it('a named pipe is written into and not replaced', async () => {
  const folder = await folderWith()
  await folder.shell('mkfifo pipe')
  const path = join(folder.path, 'pipe')
  const reader = open(path, 'r')
  await writeFileAt(folder, 'pipe')
  const handle = await reader
  expect(await handle.readFile('utf8')).toBe('new')
  await handle.close()
  expect((await lstat(path)).isFIFO()).toBe(true)
})
