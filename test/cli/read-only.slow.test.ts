import { spawn } from 'node:child_process'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { AUTHORIZATION, SECRET_KEY } from '../http/given.js'
import { AS_NOBODY } from '../stores/sqlite/given.js'
import { COMMAND, failedWith, type Ended, type Folder } from './given/folder.js'
import { folderWithStore } from './given/store.js'

/** Takes the right to write to a folder and its files from all users but root. */
const protect = async (folder: Folder): Promise<void> => {
  for (const name of await readdir(folder.path)) await chmod(join(folder.path, name), 0o444)
  await chmod(folder.path, 0o555)
}

/** Runs the command without the rights of root. */
const startAsNobody = (folder: Folder, args: ReadonlyArray<string>, env = {}) => {
  const [command = '', ...rest] = [...AS_NOBODY, process.execPath, COMMAND, ...args]
  return spawn(command, rest, {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
}

const runAsNobody = async (
  folder: Folder,
  args: ReadonlyArray<string>,
  untilOutput = false,
): Promise<Ended> => {
  const child = startAsNobody(folder, args)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (untilOutput) child.kill('SIGINT')
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, stdout, stderr }
}

it('show, history, export, follow and the list of the quarantine need no right to write', async () => {
  const folder = await folderWithStore(logOf(eventLine()))
  await protect(folder)
  const names = await folder.names()
  const show = await runAsNobody(folder, ['show', 'client_1'])
  expect(show).toMatchObject({ code: 0, stderr: '' })
  expect(show.stdout).toContain('"client_1"')
  const exported = await runAsNobody(folder, ['export'])
  expect(exported).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(exported.stdout)).toMatchObject({ object: 'event' })
  expect(await runAsNobody(folder, ['history', 'client_1'])).toMatchObject({ code: 0, stderr: '' })
  expect(await runAsNobody(folder, ['quarantine', 'list'])).toMatchObject({ code: 0, stderr: '' })
  const followed = await runAsNobody(folder, ['follow', '--from-start'], true)
  expect(followed).toMatchObject({ code: 130, stdout: exported.stdout })
  expect(await folder.names()).toEqual(names)
})

it('serve without a signing secret answers readers from a store that it may not write to', async () => {
  const folder = await folderWithStore(logOf(eventLine()))
  await protect(folder)
  const env = { CLIENTFOLD_SECRET_KEY: SECRET_KEY }
  const child = startAsNobody(folder, ['serve', '--port', '0'], env)
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await expect.poll(() => stderr, { timeout: 20_000 }).toMatch(/\n$/)
  const [, url = ''] = /^listening on (http:\S+): /.exec(stderr) ?? [stderr]
  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`${url}${path}`, { headers: AUTHORIZATION })).status
  expect(await statusOf('/v1/clients')).toBe(200)
  expect(await statusOf('/v1/clients/client_1?at=2024-05-29')).toBe(200)
  expect(await statusOf('/healthz')).toBe(200)
  child.kill('SIGTERM')
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
})

it('a command that writes says what it lacks', async () => {
  const folder = await folderWithStore(logOf(eventLine()))
  await protect(folder)
  expect(await runAsNobody(folder, ['import', 'log'])).toEqual(
    failedWith('the folder of the SQLite file clients.db may not be written to'),
  )
})

it('with mode=ro in the store URL, reading succeeds and every writing is refused', async () => {
  const folder = await folderWithStore(logOf(eventLine()))
  const url = 'file:clients.db?mode=ro'
  expect((await folder.run(['export', '--store', url])).code).toBe(0)
  const { code, stderr } = await folder.run(['import', 'log', '--store', url])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'clientfold: the SQLite file clients.db is open for reading only\n',
  })
})

it('with mode=rw in the store URL, import creates no store', async () => {
  const folder = await folderWithStore(logOf(eventLine()))
  const { code, stderr } = await folder.run(['import', 'log', '--store', 'sqlite:new.db?mode=rw'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^clientfold: the SQLite file new\.db does not exist; [^\n]*\n$/)
  expect(await folder.names()).not.toContain('new.db')
})
