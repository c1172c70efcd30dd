import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { clientInvariants, foldLaws } from '../../src/testing/index.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { failedWith, folderWith, linesOf, type Ended } from './given/folder.js'

const EXAMPLE = await readFile(new URL('../../examples/clerk-webhooks.ndjson', import.meta.url))
const GENERATED = logOf(...generateLog({ events: 1000, clients: 25, seed: 11, shape: 'full' }))
/** Small, because several runs of verify read it. */
const SMALL = logOf(...generateLog({ events: 100, clients: 5, seed: 11, shape: 'full' }))

/** The laws that hold, by a report. */
const lawsIn = ({ stdout }: Ended): ReadonlyArray<string> =>
  linesOf(stdout)
    .filter((line) => line.startsWith('ok'))
    .map((line) => line.replace(/^ok +/, ''))

it('verify names every law and invariant, and all hold on a generated log', async () => {
  const ended = await (await folderWith({ log: GENERATED })).run(['verify', 'log'])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(linesOf(ended.stdout)[0]).toMatch(/^1000 events of 25 clients, 0 refused lines; /)
  expect(linesOf(ended.stdout).at(-1)).toBe('every law holds')
  const names = [...foldLaws, ...clientInvariants].map(({ name }) => name)
  expect(lawsIn(ended)).toEqual(expect.arrayContaining(names))
  expect(ended.stdout).not.toContain('BROKEN')
})

it('verify refuses the malformed line of the example, and every law holds', async () => {
  const folder = await folderWith({ 'example.ndjson': EXAMPLE })
  const { code, stdout, stderr } = await folder.run(['verify', 'example.ndjson'])
  expect(code).toBe(0)
  expect(linesOf(stderr)).toEqual([expect.stringMatching(/^example\.ndjson:9: data\.expire_at: /)])
  expect(linesOf(stdout)[0]).toMatch(/^15 events of 3 clients, 1 refused line; /)
  expect(linesOf(stdout).at(-1)).toBe('every law holds')
})

it('verify --refused-fails exits with 1 if a line was refused, and else with 0', async () => {
  const folder = await folderWith({ 'example.ndjson': EXAMPLE, log: logOf(eventLine()) })
  const refused = await folder.run(['verify', 'example.ndjson', '--refused-fails'])
  expect(refused.code).toBe(1)
  expect(linesOf(refused.stdout).at(-1)).toBe('every law holds')
  expect((await folder.run(['verify', 'log', '--refused-fails'])).code).toBe(0)
})

it('verify notes what no log should contain, with its line, and does not fail', async () => {
  const log = logOf(eventLine(), eventLine({ client_id: 'client_elsewhere' }))
  const { code, stdout } = await (await folderWith({ log })).run(['verify', 'log'])
  expect(code).toBe(0)
  expect(linesOf(stdout)).toContain('note    a session under several clients: 1, first at log:2')
  expect(linesOf(stdout).at(-1)).toBe('every law holds')
})

it('verify writes the same each time, from a file, standard input or gzip', async () => {
  const folder = await folderWith({ log: SMALL })
  const plain = await folder.run(['verify', 'log'])
  expect(plain.code).toBe(0)
  expect(await folder.run(['verify', 'log'])).toEqual(plain)
  // A note names the source of a line.
  const fromInput = { ...plain, stdout: plain.stdout.replaceAll(' log:', ' -:') }
  expect(await folder.run(['verify'], { input: SMALL })).toEqual(fromInput)
  expect(await folder.run(['verify', '-'], { input: gzipSync(SMALL) })).toEqual(fromInput)
})

it('verify finds no broken law in an empty log', async () => {
  const { code, stdout } = await (await folderWith()).run(['verify'])
  expect(code).toBe(0)
  expect(linesOf(stdout)[0]).toMatch(/^0 events of 0 clients, 0 refused lines; /)
})

it('verify --rejects keeps refused lines byte for byte', async () => {
  const bad = Buffer.from([0x20, 0xff, 0x0d])
  const folder = await folderWith({ log: logOf(eventLine(), bad) })
  const { code, stderr } = await folder.run(['verify', 'log', '--rejects', 'bad'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'log:2: not UTF-8\n' })
  expect(await folder.bytes('bad')).toEqual(logOf(bad))
  expect(await folder.names()).toEqual(['bad', 'log'])
})

it('verify names twenty refused lines, and counts the others', async () => {
  const folder = await folderWith({ log: logOf(...Array<string>(30).fill('no event')) })
  const { stderr } = await folder.run(['verify', 'log'])
  expect(linesOf(stderr)).toHaveLength(21)
  expect(linesOf(stderr).at(-1)).toMatch(/\b10 more\b.*\b30\b/)
})

it('verify shows no value of a payload', async () => {
  const canary = 'canary_7c1'
  const log = logOf(
    eventLine({ user: { email: canary }, tasks: [canary], actor: { sub: canary } }),
    eventLine({ status: canary }),
  )
  const { stdout, stderr } = await (await folderWith({ log })).run(['verify', 'log'])
  expect(stdout + stderr).not.toContain(canary)
})

it('verify ends in one sentence if a log does not exist', async () => {
  expect(await (await folderWith()).run(['verify', 'nowhere'])).toEqual(
    failedWith('cannot read nowhere: no such file or directory'),
  )
})

it('verify leaves no file if a log breaks off', async () => {
  const folder = await folderWith({ 'log.gz': gzipSync(EXAMPLE).subarray(0, -4) })
  const { code, stdout } = await folder.run(['verify', 'log.gz', '--rejects', 'bad'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(await folder.names()).toEqual(['log.gz'])
})
