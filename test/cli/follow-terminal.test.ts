import { spawn, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { COMMAND } from './given/folder.js'
import { folderWithStore } from './given/store.js'

/** `script` of util-linux runs a command on a terminal. That of other systems has other options. */
const { stdout } = spawnSync('script', ['--version'])
const hasScript = String(stdout).includes('util-linux')
if (!hasScript) console.warn('\nNO script OF util-linux: THE TEST OF A TERMINAL IS SKIPPED\n')

it.skipIf(!hasScript)(
  'follow says on a terminal that it is following, and how to end it',
  async () => {
    const folder = await folderWithStore(logOf(eventLine()))
    const line = `'${process.execPath}' '${COMMAND}' follow`
    const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder.path })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const ended = new Promise((resolve) => child.on('close', resolve))
    await expect
      .poll(() => output, { timeout: 20_000 })
      .toBe('following the SQLite file clients.db; Ctrl-C ends it\r\n')
    // The terminal makes a signal of this character.
    child.stdin.write('\x03')
    expect(await ended).toBe(130)
  },
)
