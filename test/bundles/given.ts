import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { eventLine, logOf } from '../replay/log-bytes.js'

/** What the application of the tests does: it replays a log, and serves from a store. */
const APPLICATION = `
import { openClients, openMemoryStore, parseEvent } from 'clientfold'
import { createHandler } from 'clientfold/http'
import { fileSource, replayClients } from 'clientfold/replay'
import { openSqliteStore } from 'clientfold/sqlite'

const replayed = async () => {
  const [warnings, source] = [[], await fileSource(process.argv[2])]
  let [text, hasEngine] = ['', false]
  for await (const step of replayClients([source], { threads: 2 })) {
    if (step.type === 'warning') warnings.push(step.message)
    if (step.type === 'clients') text += Buffer.from(step.lines).toString()
    if (step.type === 'done') hasEngine = step.engineBytes !== null
  }
  return { text, warnings, hasEngine }
}

const served = async (store) => {
  const clients = openClients({ store })
  const event = parseEvent(${JSON.stringify(eventLine())})
  await clients.record(event.right)
  const { fetch } = createHandler({ clients, secretKey: 'sk_test_1' })
  const headers = { authorization: 'Bearer sk_test_1' }
  const response = await fetch(new Request('http://localhost/v1/clients/client_1', { headers }))
  await clients.close()
  return response.status
}

const run = async () => ({
  ...(await replayed()),
  memory: await served(openMemoryStore()),
  sqlite: await served(await openSqliteStore(process.argv[3])),
})
run().then((outcome) => console.log(JSON.stringify(outcome)))
`

/** What the application prints. */
export interface ApplicationOutcome {
  /** The Clients of the log. */
  readonly text: string
  readonly warnings: ReadonlyArray<string>
  /** Whether the engine in WebAssembly has folded. */
  readonly hasEngine: boolean
  /** The statuses with which a client is answered from each store. */
  readonly memory: number
  readonly sqlite: number
}

/** The one warning where the engine cannot be loaded. */
export const ENGINE_WARNING =
  'the file engine.wasm of clientfold cannot be loaded, so this replay takes the plain path, which is slower and writes the same; docs/guides/bundles.md of clientfold says how to deploy it'

/** A folder with an application and the installed package. */
export interface Project {
  readonly path: string
  /** The source of the application. */
  readonly entry: string
  /** The folder of the installed package. */
  readonly installed: string
  /** A log of 40 clients. */
  readonly log: string
  /** Runs a file of the application, which replays the log of the project. */
  readonly run: (file: string) => Promise<ApplicationOutcome>
  /** Runs code with the package, as a module in the folder. */
  readonly evaluate: (code: string) => Promise<string>
}

const execute = promisify(execFile)
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** The packages that are installed beside the package. */
const linkPackages = (modules: string): void => {
  for (const name of readdirSync('node_modules')) {
    if (name.startsWith('.')) continue
    symlinkSync(resolve('node_modules', name), join(modules, name))
  }
}

/** Where the bundlers and frameworks are installed that only these tests need. */
export const PEERS = resolve('test/bundles/peers')

/**
 * Creates a folder with an application and a copy of the built package: among the peers, so that it finds them
 * and all packages of this checkout, or apart from everything.
 */
export const givenProject = ({ amongPeers = false } = {}): Project => {
  const parent = amongPeers ? join(PEERS, 'app-') : join(tmpdir(), 'clientfold-bundle-')
  const path = mkdtempSync(parent)
  folders.push(path)
  const installed = join(path, 'node_modules', 'clientfold')
  mkdirSync(installed, { recursive: true })
  if (!amongPeers) linkPackages(join(path, 'node_modules'))
  cpSync('dist', join(installed, 'dist'), { recursive: true })
  cpSync('package.json', join(installed, 'package.json'))
  const entry = join(path, 'application.mjs')
  writeFileSync(entry, APPLICATION)
  const log = join(path, 'log.ndjson')
  writeFileSync(log, logOf(...generateLog({ events: 500, clients: 40, seed: 3, shape: 'slim' })))
  let runs = 0
  const node = async (...args: ReadonlyArray<string>): Promise<string> =>
    (await execute(process.execPath, args, { cwd: path })).stdout
  return {
    ...{ path, entry, installed, log },
    run: async (file) =>
      JSON.parse(await node(file, log, join(path, `${++runs}.db`))) as ApplicationOutcome,
    evaluate: (code) => node('--input-type=module', '--eval', code),
  }
}

/** Copies the files of the engine beside a bundle. */
export const copyEngine = ({ installed }: Project, folder: string, ...names: string[]): void => {
  for (const name of names) {
    cpSync(join(installed, 'dist/replay/wasm', name), join(folder, name))
  }
}
