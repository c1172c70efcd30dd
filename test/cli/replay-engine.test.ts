import { expect, it } from 'vitest'
import { folderWith } from './given/folder.js'
import { runInProcess } from './given/in-process.js'

const folder = await folderWith()
await runInProcess([
  ...['generate', '--events', '3000', '--clients', '300', '--out', `${folder.path}/log`],
])
await folder.write('spoilt', `${await folder.read('log')}no event\n`)
const plain = await folder.run(['replay', 'spoilt', '--engine', 'plain'])

it('the plain path writes every client and names the refused line', () => {
  expect(plain).toMatchObject({ code: 1, stderr: 'spoilt:3001: not JSON\n' })
  expect(plain.stdout.split('\n')).toHaveLength(301)
})

it.each([
  { options: ['--engine', 'fast'] },
  { options: ['--threads', '1'] },
  { options: ['--threads', '2'] },
  { options: ['--engine', 'fast', '--threads', '5'] },
  { options: ['--engine', 'plain', '--threads', '2'] },
])('replay writes and refuses the same as the plain path with $options', async ({ options }) => {
  expect(await folder.run(['replay', 'spoilt', ...options])).toEqual(plain)
})

it('replay writes the same from standard input', async () => {
  const { stdout } = await folder.shell('cat spoilt | clientfold replay --threads 2')
  expect(stdout).toBe(plain.stdout)
})

it('replay takes the plain path where WebAssembly is missing', async () => {
  const nodeOptions = ['--no-expose-wasm']
  expect(await folder.run(['replay', 'spoilt', '--engine', 'fast'], { nodeOptions })).toEqual(plain)
})

it('replay takes the plain path where the address space is small', async () => {
  const { stdout } = await folder.shell('ulimit -v 3000000; clientfold replay spoilt')
  expect(stdout).toBe(plain.stdout)
})
