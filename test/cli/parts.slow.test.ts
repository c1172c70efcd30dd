import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createRandom } from '../../src/testing/log/random.js'
import { folderWith, type Folder } from './given/folder.js'

const EVENTS = 60_000
const PARTS = 8
/** Longer than a process needs to start, shorter than a part needs on a slow machine. */
const LONGEST_LIFE_MS = 900

const random = createRandom(13)

/** Compacts a part in a process that is killed after a random time. True if it was killed before it ended. */
const compactAndKill = async (folder: Folder, args: ReadonlyArray<string>): Promise<boolean> => {
  const { child, ended } = folder.start(args)
  await Promise.race([ended, pause(random.integer(50, LONGEST_LIFE_MS))])
  child.kill('SIGKILL')
  return (await ended).code === null
}

/** The logs of all parts, some of them made several times, after processes were killed at random. */
const compactParts = async (
  folder: Folder,
  before: ReadonlyArray<string>,
): Promise<{ readonly logs: ReadonlyArray<string>; readonly killed: number }> => {
  const logs: string[] = []
  let killed = 0
  const parts = Array.from({ length: 2 * PARTS }, () => random.integer(1, PARTS))
  for (const part of [...parts, ...Array.from({ length: PARTS }, (_, index) => index + 1)]) {
    const out = `part-${part}-${logs.length}.ndjson`
    const args = ['compact', 'log', '--part', `${part}/${PARTS}`, ...before, '--out', out]
    if (await compactAndKill(folder, args)) {
      killed += 1
      // A log that is there is taken: it has to be complete, also if its process was killed just before its end.
      if (!(await folder.names()).includes(out)) {
        // A batch system repeats some of the tasks, and has repeated all of them in the end.
        if (logs.some((log) => log.startsWith(`part-${part}-`)) && random.perMille(500)) continue
        expect((await folder.run(args)).code).toBe(0)
      }
    }
    logs.push(out)
  }
  return { logs, killed }
}

it.each([
  { name: 'of now', before: [], view: [] },
  {
    name: 'of a moment',
    before: ['--before', '2026-02-15'],
    view: ['--as-of', '2026-02-20', '--known-at', '2026-02-18'],
  },
])(
  'parts that are killed and repeated at random give the same bytes as one whole replay, in a view $name',
  { timeout: 600_000 },
  async ({ before, view }) => {
    const folder = await folderWith()
    await folder.run([
      ...['generate', '--events', String(EVENTS), '--clients', '3000', '--seed', '13'],
      ...['--out', 'log'],
    ])
    const whole = await folder.run(['replay', 'log', ...view])
    const { logs, killed } = await compactParts(folder, before)
    expect(killed).toBeGreaterThan(0)
    const joined = await folder.run(['replay', ...logs.toReversed(), ...view])
    expect(joined.stdout === whole.stdout).toBe(true)
    expect(whole.stdout.length).toBeGreaterThan(100_000)
    // The logs of the parts, compacted once more, are one log of the same Clients.
    await folder.run(['compact', ...logs, ...before, '--out', 'joined'])
    expect((await folder.run(['replay', 'joined', ...view])).stdout === whole.stdout).toBe(true)
  },
)
