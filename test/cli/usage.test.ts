import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './run-cli.js'

const folder = await folderWith({ log: logOf(eventLine()) })

const words = (line: string): ReadonlyArray<string> => line.split(' ')

describe.concurrent('--help', () => {
  it.each([
    { line: '--help', names: ['replay', 'verify', 'generate', '--version', '--help'] },
    {
      line: 'replay --help',
      names: [
        'FILE',
        '--at',
        '--as-of',
        '--known-at',
        '--revoked',
        '--client',
        '--format',
        '--out',
        '--rejects',
        'TIME',
        'Exit codes',
      ],
    },
    { line: 'verify --help', names: ['FILE', '--rejects', 'Exit codes'] },
    {
      line: 'generate --help',
      names: ['--events', '--clients', '--seed', '--shape', 'slim', 'full', '--out'],
    },
  ])('clientfold $line names all there is', async ({ line, names }) => {
    const { code, stdout, stderr } = await folder.run(words(line))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of names) expect(stdout).toContain(name)
  })

  it.each(['replay', 'verify', 'generate'])('is what clientfold help %s shows', async (command) => {
    const help = await folder.run(['help', command])
    expect(help).toEqual(await folder.run([command, '--help']))
  })

  it('helps even beside what is wrong', async () => {
    const { code, stdout } = await folder.run(['generate', '--help', '--events', '7'])
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: clientfold generate')
  })

  it.each(['--help', 'replay --help', '--version'])(
    '%s ends quietly if nobody reads it',
    async (line) => {
      const ended = await folder.shell(`clientfold ${line} | true`)
      expect(ended.stderr).toBe('')
    },
  )
})

describe.concurrent('--version', () => {
  it('is that of the package', async () => {
    const packageJson = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(packageJson) as { readonly version: string }
    expect(await folder.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe.concurrent('wrong usage is refused, with the nearest right thing:', () => {
  it.each([
    { line: 'replay log --asof 2026-05-28', nearest: '--as-of' },
    { line: 'replay log --fromat json', nearest: '--format' },
    { line: 'replay log --reject bad', nearest: '--rejects' },
    { line: 'replay log --ouput out', nearest: '--out' },
    { line: 'verify log --reject bad', nearest: '--rejects' },
    { line: 'generate --events 1 --client 1', nearest: '--clients' },
    { line: 'generate --events 1 --clients 1 --sed 4', nearest: '--seed' },
    { line: '--hlep', nearest: '--help' },
    { line: 'repaly log', nearest: 'replay' },
    { line: 'verfy log', nearest: 'verify' },
    { line: 'genrate', nearest: 'generate' },
  ])('clientfold $line', async ({ line, nearest }) => {
    const { code, stdout, stderr } = await folder.run(words(line))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: unknown (?:option|command)/)
    expect(stderr).toContain(`(Did you mean ${nearest}?)`)
  })
})

describe.concurrent('wrong usage is refused:', () => {
  it.each([
    { line: 'replay log --nothing-like-it', says: /unknown option '--nothing-like-it'/ },
    { line: 'verify log --at 5', says: /unknown option '--at'/ },
    { line: 'replay log --format yaml', says: /--format.*ndjson, json, table/ },
    { line: 'replay log --revoked maybe', says: /--revoked.*keep, drop/ },
    { line: 'replay log --at', says: /--at <TIME>.*missing/ },
    { line: 'replay log --out', says: /--out <FILE>.*missing/ },
    { line: 'generate', says: /--events <N>/ },
    { line: 'generate --events 5', says: /--clients <N>/ },
    { line: 'generate --events 0 --clients 1', says: /--events <N>.*above 0/ },
    { line: 'generate --events 1e3 --clients 1', says: /--events <N>.*above 0/ },
    { line: 'generate --events 5 --clients -1', says: /--clients <N>.*above 0/ },
    { line: 'generate --events 5 --clients 1 --seed x', says: /--seed <S>/ },
    { line: 'generate --events 5 --clients 1 --seed 4294967296', says: /--seed <S>.*32 bits/ },
    { line: 'generate --events 5 --clients 1 --shape fat', says: /--shape.*slim, full/ },
    { line: 'generate log --events 5 --clients 1', says: /too many arguments/ },
    { line: '', says: /Usage: clientfold/ },
  ])('clientfold $line', async ({ line, says }) => {
    const { code, stdout, stderr } = await folder.run(line === '' ? [] : words(line))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  it('help on a command that there is not', async () => {
    expect(await folder.run(['help', 'repaly'])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('neither help nor refusals', () => {
  it('leave anything behind', async () => {
    expect(await folder.names()).toEqual(['log'])
  })
})
