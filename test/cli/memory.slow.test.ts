import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from './given/folder.js'

const MEBIBYTE = 1024 * 1024
/** What the log would never fit into, and the clients do easily. */
const HEAP_MEBIBYTES = 24
const SMALL_HEAP = `--max-old-space-size=${HEAP_MEBIBYTES}`

/** Makes a process tell, last of all, the most memory that it took, in KiB. */
const TELL_MEMORY =
  '--import=data:text/javascript,' +
  'process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))'

const libraryAt = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href

/** Logs, three times over: memory must follow the clients, whatever the log repeats. */
const LOGS = ['log', 'log', 'log']

const folder = await folderWith()
await folder.run([
  ...['generate', '--events', '30000', '--clients', '20', '--shape', 'full', '--out', 'log'],
])
const logBytes = (await stat(join(folder.path, 'log'))).size

/** Reads the logs as replay does, and keeps no more than a text of every event. */
const HOARDER = `
  import { eventText } from '${libraryAt('index.js')}'
  import { fileSource, readLog } from '${libraryAt('replay/index.js')}'
  const texts = []
  for await (const step of readLog(await Promise.all(${JSON.stringify(LOGS)}.map(fileSource)))) {
    if (step.type === 'events') texts.push(...step.events.map(eventText))
  }
  console.log(texts.length)`

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

  it('would not be enough for one that keeps what it reads', () => {
    const args = [SMALL_HEAP, '--input-type=module', '--eval', HOARDER]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder.path })
    expect(status).not.toBe(0)
    expect(stderr.toString()).toContain('heap out of memory')
  })
})
