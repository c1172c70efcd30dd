import { Option, type Command } from 'commander'
import type { ClientStates } from '../domain/semilattice.js'
import type { Client } from '../events/client.js'
import { toClient } from '../projections/client.js'
import { projectionOf, type View } from '../projections/client-view.js'
import { replay } from '../replay/replay.js'
import { clientTable } from './client-table.js'
import { EXIT } from './exit-code.js'
import { openFile, standardOutput, type Output } from './output.js'
import { openRefusals } from './refusals.js'
import { openSources } from './sources.js'
import { sparedLogs } from './spared.js'
import { openStatusLine } from './status-line.js'
import { addViewOptions, TIME_HELP } from './view-options.js'
import { writeAll } from './write-all.js'

interface ReplayArguments extends View {
  readonly client?: string
  readonly format: 'ndjson' | 'json' | 'table'
  readonly out?: string
  readonly rejects?: string
}

/** The Clients in ascending order of id, by UTF-16 code units. */
function* inOrder(clients: ClientStates, view: View): Generator<Client> {
  for (const id of [...clients.keys()].sort()) {
    const state = clients.get(id)
    if (state !== undefined) yield toClient(state, projectionOf(view))
  }
}

/** As `JSON.stringify(array, null, 2)` writes it, an item at a time: a text has a greatest length. */
function* jsonArray(items: Iterable<unknown>): Generator<string> {
  let before = '[\n'
  for (const item of items) {
    yield `${before}  ${JSON.stringify(item, null, 2).replaceAll('\n', '\n  ')}`
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

function* rendered(
  clients: Iterable<Client>,
  format: ReplayArguments['format'],
): Generator<string> {
  switch (format) {
    case 'ndjson':
      for (const client of clients) yield `${JSON.stringify(client)}\n`
      return
    case 'json':
      yield* jsonArray(clients)
      return
    case 'table':
      yield clientTable(clients)
  }
}

const run = async (files: ReadonlyArray<string>, options: ReplayArguments): Promise<number> => {
  const sources = await openSources(files)
  const spared = await sparedLogs(files)
  const outputs: Output[] = []
  const open = async (path: string): Promise<Output> => {
    const output = await openFile(path, spared)
    outputs.push(output)
    return output
  }
  const status = openStatusLine()
  try {
    const rejects = options.rejects === undefined ? null : await open(options.rejects)
    const output = options.out === undefined ? standardOutput() : await open(options.out)
    const refusals = openRefusals(status.say, rejects)
    let refused = 0
    for await (const step of replay(sources, { ...options, clientId: options.client })) {
      if (step.type === 'refused') await refusals.take(step)
      else if (step.type === 'progress') status.update(step)
      else {
        status.end()
        refused = step.refused
        if (options.client !== undefined && step.clients.size === 0) {
          status.say('no event that takes part speaks of that client')
        }
        await writeAll(rendered(inOrder(step.clients, options), options.format), output)
      }
    }
    refusals.sum()
    for (const each of outputs) await each.done()
    return refused === 0 ? EXIT.ok : EXIT.refused
  } catch (error) {
    await Promise.all(outputs.map((output) => output.discard()))
    throw error
  } finally {
    status.end()
  }
}

const EXIT_HELP = `
Exit codes: 0 all lines were folded, 1 some were refused, 2 wrong usage or an I/O failure.`

/** `clientfold replay`. */
export const addReplay = (program: Command, end: (code: number) => void): void => {
  const command = program
    .command('replay')
    .summary('fold event logs into Clients')
    .description(
      'Folds event logs (NDJSON, gzipped or not) into the documented Client objects: one a line, in ascending order of id. Refused lines are named on stderr, and the others are folded.',
    )
    .argument('[FILE...]', 'logs to read; - or nothing for standard input')
  addViewOptions(command)
    .option('--client <ID>', 'this client only')
    .addOption(
      new Option('--format <FORMAT>', 'how to write the Clients')
        .choices(['ndjson', 'json', 'table'])
        .default('ndjson'),
    )
    .option('--out <FILE>', 'write to FILE, which appears when it is complete')
    .option('--rejects <FILE>', 'keep refused lines, byte for byte, in FILE')
    .addHelpText('after', `${TIME_HELP}${EXIT_HELP}`)
    .action(async (files: string[], options: ReplayArguments) => {
      end(await run(files, options))
    })
}
