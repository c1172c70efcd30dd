import { describe, expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { type Folder, folderWith, linesOf, until } from './given/folder.js'

/** One more process, which imports one more event. */
const importOne = async (folder: Folder, id: string): Promise<void> => {
  await folder.run(['import', '-'], { input: logOf(eventLine({}, { id })) })
}

const startFollowing = (folder: Folder, ...options: ReadonlyArray<string>) => {
  const { child, ended } = folder.start(['follow', ...options])
  let seen = ''
  child.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  const ids = () => linesOf(seen).map((line) => (JSON.parse(line) as { id: string }).id)
  return { child, ended, ids }
}

describe.concurrent('clientfold follow', () => {
  it('writes everything from the start, then what another process imports, until Ctrl-C', async () => {
    const folder = await folderWith()
    await importOne(folder, 'msg_1')
    const { child, ended, ids } = startFollowing(folder, '--from-start')
    await until(() => Promise.resolve(ids().length === 1))
    await importOne(folder, 'msg_2')
    await until(() => Promise.resolve(ids().length === 2))
    await importOne(folder, 'msg_3')
    await until(() => Promise.resolve(ids().length === 3))
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
    expect(ids()).toEqual(['msg_1', 'msg_2', 'msg_3'])
    // The same lines as an export.
    expect(stdout).toBe((await folder.run(['export'])).stdout)
  })

  it('writes only what is new, unless it is told to begin at the start', async () => {
    const folder = await folderWith()
    await importOne(folder, 'old')
    const { child, ended, ids } = startFollowing(folder)
    // Nobody can tell from outside when it has begun to follow.
    let imported = 0
    await until(async () => {
      await importOne(folder, `new_${imported++}`)
      return ids().length > 1
    })
    child.kill('SIGINT')
    await ended
    expect(ids()).not.toContain('old')
    const numbers = ids().map((id) => Number(id.replace('new_', '')))
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
  })

  it.each([
    ['and it has written', ' --from-start'],
    ['and it never wrote', ''],
  ])('ends soon when its pipe is closed, though no event comes, %s', async (_name, option) => {
    const folder = await folderWith()
    await importOne(folder, 'msg_1')
    const { stdout, stderr } = await folder.shell(
      `{ clientfold follow${option}; echo "code $?" >&2; } | ${option === '' ? 'sleep 1' : 'head -n 1'}`,
    )
    expect({ lines: linesOf(stdout).length, stderr }).toEqual({
      lines: option === '' ? 0 : 1,
      stderr: 'code 0\n',
    })
  })

  it('ends soon when whoever started it closes its output, though no event comes', async () => {
    const folder = await folderWith()
    await importOne(folder, 'msg_1')
    const { child, ended, ids } = startFollowing(folder, '--from-start')
    await until(() => Promise.resolve(ids().length === 1))
    // It goes on while somebody reads, for several looks.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(child.exitCode).toBe(null)
    child.stdout?.destroy()
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('goes on while its pipe is open, whether it is read or full', async () => {
    const lines = Array.from({ length: 2000 }, (_, index) => eventLine({}, { id: `msg_${index}` }))
    const folder = await folderWith({ log: logOf(...lines) })
    await folder.run(['import', 'log'])
    const { stdout, stderr } = await folder.shell(
      'clientfold follow --from-start | { sleep 2; head -n 2000; }',
    )
    expect({ lines: linesOf(stdout).length, stderr }).toEqual({ lines: 2000, stderr: '' })
  })

  it('ends quietly when nobody reads any more', async () => {
    const lines = Array.from({ length: 2000 }, (_, index) => eventLine({}, { id: `msg_${index}` }))
    const folder = await folderWith({ log: logOf(...lines) })
    await folder.run(['import', 'log'])
    const { stdout, stderr } = await folder.shell(
      '{ clientfold follow --from-start; echo "code $?" >&2; } | head -n 1',
    )
    expect({ lines: linesOf(stdout).length, stderr }).toEqual({ lines: 1, stderr: 'code 0\n' })
  })
})
