import { describe, expect, it } from 'vitest'
import { folderWith } from './run-cli.js'

const folder = await folderWith()
await folder.run(['generate', '--events', '3000', '--clients', '300', '--out', 'log'])
await folder.write('spoilt', `${await folder.read('log')}no event\n`)
const plain = await folder.run(['replay', 'spoilt', '--engine', 'plain'])

describe('clientfold replay', () => {
  it.each([
    ['--engine', 'fast'],
    ['--threads', '1'],
    ['--threads', '2'],
    ['--engine', 'fast', '--threads', '5'],
    ['--engine', 'plain', '--threads', '2'],
  ])('writes and refuses the same with %s %s', async (...options) => {
    expect(await folder.run(['replay', 'spoilt', ...options])).toEqual(plain)
    expect(plain.stderr).toBe('spoilt:3001: not JSON\n')
  })

  it('writes the same of what comes in by standard input', async () => {
    const { stdout } = await folder.shell('cat spoilt | clientfold replay --threads 2')
    expect(stdout).toBe(plain.stdout)
  })

  it('takes the plain path where there is no WebAssembly', async () => {
    const nodeOptions = ['--no-expose-wasm']
    expect(await folder.run(['replay', 'spoilt', '--engine', 'fast'], { nodeOptions })).toEqual(
      plain,
    )
  })

  it('takes the plain path where addresses are few', async () => {
    const { stdout } = await folder.shell('ulimit -v 3000000; clientfold replay spoilt')
    expect(stdout).toBe(plain.stdout)
  })

  it.each(['0', '-1', 'two', '1.5', '257'])('refuses --threads %s', async (threads) => {
    const { code, stderr } = await folder.run(['replay', 'spoilt', '--threads', threads])
    expect(code).toBe(2)
    expect(stderr).toContain('Expected a whole number from 1 to 256.')
  })
})
