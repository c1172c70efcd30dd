import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastingFolder, type Folder } from './run-cli.js'

const MEBIBYTE = 1024 * 1024
/** What the log would never fit into, and the clients do easily. */
const HEAP_MEBIBYTES = 24
const SMALL_HEAP = `--max-old-space-size=${HEAP_MEBIBYTES}`

/** Makes a process tell, last of all, the most memory that it took, in KiB. */
const TELL_MEMORY =
  '--import=data:text/javascript,' +
  'process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))'

/** Logs, three times over: memory must follow the clients, whatever the log repeats. */
const LOGS = ['log', 'log', 'log']

let folder: Folder
let remove: () => Promise<void>
let logBytes = 0
beforeAll(async () => {
  ;({ folder, remove } = await lastingFolder())
  await folder.run([
    ...['generate', '--events', '30000', '--clients', '20', '--shape', 'full', '--out', 'log'],
  ])
  logBytes = (await stat(join(folder.path, 'log'))).size
})
afterAll(() => remove())

/** Reads the logs as replay does, and keeps something of every line. */
const hoarding = (kept: string): number | null => {
  const library = new URL('../../dist/replay/index.js', import.meta.url).href
  const script = `
    import { fileSource, readLog } from '${library}'
    const held = []
    const sources = await Promise.all(${JSON.stringify(LOGS)}.map(fileSource))
    for await (const step of readLog(sources)) {
      if (step.type === 'events') for (const event of step.events) held.push(${kept})
    }
    console.log(held.length)`
  const args = [SMALL_HEAP, '--input-type=module', '--eval', script]
  return spawnSync(process.execPath, args, { cwd: folder.path }).status
}

describe('the memory of a replay', () => {
  it('is far too small for the log', () => {
    expect(logBytes).toBeGreaterThan(60 * MEBIBYTE)
  })

  it('is enough, since it grows with clients and sessions only', async () => {
    const { code, stdout, stderr } = await folder.run(['replay', ...LOGS], {
      nodeOptions: [SMALL_HEAP, TELL_MEMORY],
    })
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(21)
    expect(Number(stderr) * 1024).toBeLessThan(LOGS.length * logBytes)
  })

  it('would not be enough for one that keeps every event', () => {
    expect(hoarding('event')).not.toBe(0)
  })

  it('would not be enough for one that keeps a text of every line', () => {
    expect(hoarding('JSON.stringify(event)')).not.toBe(0)
  })
})
