import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderWith } from './given/folder.js'

const MEBIBYTE = 1024 * 1024
/** Much smaller than the log, and enough for the clients. */
const HEAP_MEBIBYTES = 24
const SMALL_HEAP = `--max-old-space-size=${HEAP_MEBIBYTES}`
/** Smaller than the log too. A compaction keeps events there, and the fast replay has memory of its own. */
const HEAP_OF_COMPACTION = '--max-old-space-size=56'

/** Makes a process write its greatest memory use to stderr when it ends, in KiB. */
const REPORT_MEMORY =
  '--import=data:text/javascript,' +
  'process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))'

const libraryAt = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href

/** The log three times: memory must depend on the clients and not on repeated events. */
const LOGS = ['log', 'log', 'log']

const folder = await folderWith()
await folder.run([
  ...['generate', '--events', '30000', '--clients', '20', '--shape', 'full', '--out', 'log'],
])
const logBytes = (await stat(join(folder.path, 'log'))).size

/** Reads the logs as replay does, and keeps the text of every event. */
const KEEP_ALL = `
  import { eventText } from '${libraryAt('index.js')}'
  import { fileSource, readLog } from '${libraryAt('replay/index.js')}'
  const texts = []
  for await (const step of readLog(await Promise.all(${JSON.stringify(LOGS)}.map(fileSource)))) {
    if (step.type === 'events') texts.push(...step.events.map(eventText))
  }
  console.log(texts.length)`

it('the log is much larger than the heap', () => {
  expect(logBytes).toBeGreaterThan(60 * MEBIBYTE)
})

it('a replay needs memory for clients and sessions only', async () => {
  const { code, stdout, stderr } = await folder.run(['replay', ...LOGS], {
    nodeOptions: [SMALL_HEAP, REPORT_MEMORY],
  })
  expect(code).toBe(0)
  expect(stdout.split('\n')).toHaveLength(21)
  expect(Number(stderr) * 1024).toBeLessThan(LOGS.length * logBytes)
})

it('a compaction needs memory for clients and sessions only', async () => {
  const { code, stdout, stderr } = await folder.run(['compact', ...LOGS], {
    nodeOptions: [HEAP_OF_COMPACTION, REPORT_MEMORY],
  })
  expect(code).toBe(0)
  expect(stdout.split('\n').length).toBeGreaterThan(20)
  const [, memory] = /remain\n(\d+)$/.exec(stderr) ?? []
  expect(Number(memory) * 1024).toBeLessThan(LOGS.length * logBytes)
})

it('a process that keeps every event runs out of memory', () => {
  const args = [SMALL_HEAP, '--input-type=module', '--eval', KEEP_ALL]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder.path })
  expect(status).not.toBe(0)
  expect(stderr.toString()).toContain('heap out of memory')
})
