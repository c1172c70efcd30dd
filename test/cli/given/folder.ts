import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

/** The built command: `npm test` builds it first. */
export const COMMAND = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

/** How a child process ended, and what it wrote. */
export interface Ended {
  /** Null if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The whole of standard input; empty by default. */
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node itself. */
  readonly nodeOptions?: ReadonlyArray<string>
}

/** A folder for one test, in which the command runs. */
export interface Folder {
  readonly path: string
  readonly write: (name: string, content: string | Uint8Array) => Promise<void>
  readonly read: (name: string) => Promise<string>
  readonly bytes: (name: string) => Promise<Buffer>
  /** The names in it, in order. */
  readonly names: () => Promise<ReadonlyArray<string>>
  readonly run: (args: ReadonlyArray<string>, options?: RunOptions) => Promise<Ended>
  /** Runs a line of shell, in which `clientfold` is the command. */
  readonly shell: (line: string) => Promise<Ended>
  /** Starts the command with a standard input that stays open. */
  readonly start: (
    args: ReadonlyArray<string>,
    env?: Readonly<Record<string, string>>,
    patienceMs?: number,
  ) => Started
}

/** A command that is running. */
export interface Started {
  readonly child: ChildProcess
  /** Writes to standard input, which stays open. */
  readonly send: (text: string | Uint8Array) => void
  readonly ended: Promise<Ended>
}

/** A process that runs longer hangs, and must not outlive the tests. */
const PATIENCE_MS = 30_000

/** Without what a terminal of the person who runs the tests says. */
const { COLUMNS, FORCE_COLOR, ...OUTSIDE } = process.env
const ENVIRONMENT = { ...OUTSIDE, NO_COLOR: '1' }

const startIn = (command: string, args: ReadonlyArray<string>, options: SpawnOptions): Started => {
  const child = spawn(command, args, { timeout: PATIENCE_MS, ...options })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A command may refuse its arguments before it reads.
  child.stdin?.on('error', () => undefined)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      })
    })
  })
  return { child, send: (text) => child.stdin?.write(text), ended }
}

const runIn = (cwd: string, args: ReadonlyArray<string>, options: RunOptions): Promise<Ended> => {
  const { input = '', env = {}, nodeOptions = [] } = options
  const { child, ended } = startIn(process.execPath, [...nodeOptions, COMMAND, ...args], {
    cwd,
    env: { ...ENVIRONMENT, ...env },
  })
  child.stdin?.end(input)
  return ended
}

const shellIn = (cwd: string, line: string): Promise<Ended> => {
  const clientfold = `'${process.execPath}' '${COMMAND}'`
  const script = `clientfold() { ${clientfold} "$@"; }\n${line}`
  return startIn('sh', ['-c', script], { cwd, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] })
    .ended
}

const folderAt = (path: string): Folder => ({
  path,
  write: (name, content) => writeFile(join(path, name), content),
  read: (name) => readFile(join(path, name), 'utf8'),
  bytes: (name) => readFile(join(path, name)),
  names: async () => (await readdir(path)).sort(),
  run: (args, options = {}) => runIn(path, args, options),
  shell: (line) => shellIn(path, line),
  start: (args, env = {}, timeout = PATIENCE_MS) =>
    startIn(process.execPath, [COMMAND, ...args], {
      ...{ cwd: path, env: { ...ENVIRONMENT, ...env }, timeout },
    }),
})

const made: string[] = []
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true })
})

/** Makes a folder with these files; it is removed after the tests. */
export const folderWith = async (
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Folder> => {
  const path = await mkdtemp(join(tmpdir(), 'clientfold-'))
  made.push(path)
  const folder = folderAt(path)
  for (const [name, content] of Object.entries(files)) await folder.write(name, content)
  return folder
}

/** Waits until a condition holds, for at most about 10 s. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the condition did not hold in time')
}

/** How a command ends that fails with this one sentence. */
export const failedWith = (sentence: string): Ended => ({
  code: 2,
  stdout: '',
  stderr: `clientfold: ${sentence}\n`,
})

/** Lines of text, without their ends. */
export const linesOf = (text: string): ReadonlyArray<string> => text.split('\n').slice(0, -1)
