import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { bytesOf, eventLine, logOf, MORNING } from '../replay/log-bytes.js'
import { failedWith, folderWith, linesOf } from './given/folder.js'

const CREATED = eventLine({}, { id: 'msg_1' })
const ENDED = eventLine({ status: 'ended', updated_at: MORNING + 60_000 }, { id: 'msg_2' })
const OTHER = eventLine({ id: 'sess_2', client_id: 'client_2' }, { id: 'msg_3' })
const LOG = logOf(CREATED, OTHER, ENDED)

const idsIn = (log: string): ReadonlyArray<string> =>
  linesOf(log).map((line) => (JSON.parse(line) as { id: string }).id)

it('compact writes a smaller log, and says on stderr how many events remain', async () => {
  const folder = await folderWith({ log: LOG })
  const { code, stdout, stderr } = await folder.run(['compact', 'log'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'clientfold: 2 of 3 events remain\n' })
  expect(idsIn(stdout)).toEqual(['msg_3', 'msg_2'])
})

it('compact reads several files, gzip and standard input', async () => {
  const folder = await folderWith({ log: logOf(CREATED), 'log.gz': gzipSync(logOf(OTHER)) })
  const { stdout } = await folder.run(['compact', 'log', 'log.gz', '-'], { input: logOf(ENDED) })
  expect(idsIn(stdout)).toEqual(['msg_3', 'msg_2'])
})

it('compact --before keeps every later event, and writes these first', async () => {
  const folder = await folderWith({ log: bytesOf(LOG, logOf(ENDED)) })
  const args = ['compact', 'log', '--before', String(MORNING)]
  const { stdout, stderr } = await folder.run(args)
  expect(idsIn(stdout)).toEqual(['msg_2', 'msg_2', 'msg_1', 'msg_3'])
  expect(stderr).toBe('clientfold: 4 of 4 events remain\n')
  await folder.write('small', stdout)
  expect((await folder.run(['compact', 'small', ...args.slice(2)])).stdout).toBe(stdout)
})

it('--out of compact receives what stdout would, and stdout stays empty', async () => {
  const folder = await folderWith({ log: LOG })
  const { stdout, stderr } = await folder.run(['compact', 'log'])
  expect(await folder.run(['compact', 'log', '--out', 'out'])).toEqual({
    code: 0,
    stdout: '',
    stderr,
  })
  expect(await folder.read('out')).toBe(stdout)
})

it('compact names refused lines, keeps them in --rejects, and ends with 1', async () => {
  const folder = await folderWith({ log: logOf(CREATED, 'no event', ENDED) })
  const { code, stdout, stderr } = await folder.run(['compact', 'log', '--rejects', 'bad'])
  expect({ code, ids: idsIn(stdout) }).toEqual({ code: 1, ids: ['msg_2'] })
  expect(stderr).toMatch(/^log:2: not JSON.*\n/)
  expect(stderr).toContain('clientfold: 1 of 2 events remain\n')
  expect(await folder.read('bad')).toBe('no event\n')
})

it('compact does not replace the log that it reads', async () => {
  const folder = await folderWith({ log: LOG })
  expect(await folder.run(['compact', 'log', '--out', 'log'])).toEqual(
    failedWith('cannot write log: it is a log that this command reads; choose another file'),
  )
  expect(await folder.bytes('log')).toEqual(Buffer.from(LOG))
})

it('a compaction whose reader goes away ends without an error', async () => {
  const folder = await folderWith()
  await folder.run(['generate', '--events', '2000', '--clients', '2000', '--out', 'log'])
  const ended = await folder.shell(
    '{ clientfold compact log; echo "code $?" >&2; } | head -n 1 | wc -l',
  )
  expect(ended.stdout.trim()).toBe('1')
  expect(ended.stderr).toContain('code 0')
})

const COMMANDS = [{ command: 'replay' }, { command: 'compact' }]

it.each(COMMANDS)('$command --part refuses standard input and gzip', async ({ command }) => {
  const folder = await folderWith({ 'log.gz': gzipSync(LOG) })
  for (const names of [['-'], []]) {
    expect(await folder.run([command, ...names, '--part', '1/2'])).toEqual(
      failedWith('standard input cannot be read in parts: name a file, or leave out --part'),
    )
  }
  expect(await folder.run([command, 'log.gz', '--part', '2/2'])).toEqual(
    failedWith(
      'cannot read log.gz: it is compressed by gzip, which cannot be read in parts; unpack it first, for example with gzip -dk',
    ),
  )
})

it('replay --part folds the lines of that part of each file', async () => {
  const folder = await folderWith({
    one: LOG,
    two: logOf(eventLine({ client_id: 'client_3' }), 'no'),
  })
  const parts = await Promise.all(
    ['1/2', '2/2'].map((part) => folder.run(['replay', 'one', 'two', '--part', part])),
  )
  const idOf = (line: string) => (JSON.parse(line) as { id: string }).id
  expect(parts.map(({ stdout }) => linesOf(stdout).map(idOf))).toEqual([
    ['client_1', 'client_2', 'client_3'],
    ['client_1'],
  ])
  expect(parts.map(({ stderr }) => stderr)).toEqual(['', 'two (part 2/2):1: not JSON\n'])
})

it('the parts of a log, compacted and concatenated, replay to the same bytes as the whole log', async () => {
  const folder = await folderWith()
  await folder.run(['generate', '--events', '3000', '--clients', '100', '--out', 'log'])
  const whole = await folder.run(['replay', 'log'])
  const { stdout } = await folder.shell(
    'for i in 1 2 3 4 5; do clientfold compact log --part $i/5 --out part-$i; done; cat part-* | clientfold replay',
  )
  expect(stdout).toBe(whole.stdout)
  const asOf = ['--as-of', '2026-03-01']
  const before = await folder.run(['replay', 'log', ...asOf])
  const { stdout: viewed } = await folder.shell(
    `for i in 1 2 3; do clientfold compact log --part $i/3 --before 2026-02-28 --out view-$i; done; clientfold replay view-* ${asOf.join(' ')}`,
  )
  expect(viewed).toBe(before.stdout)
})
