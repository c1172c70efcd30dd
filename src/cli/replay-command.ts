import { InvalidArgumentError, Option, type Command } from 'commander'
import type { View } from '../projections/client-view.js'
import type { ClientsStep } from '../replay/clients-step.js'
import { replayClients } from '../replay/replay-clients.js'
import { clientWriter, type ClientFormat, type ClientWriter } from './client-writer.js'
import { EXIT } from './exit-code.js'
import { openFile, standardOutput, type Output } from './output.js'
import { openRefusals, type Refusals } from './refusals.js'
import { openSources } from './sources.js'
import { sparedLogs } from './protected-files.js'
import { openStatusLine, type StatusLine } from './status-line.js'
import { addViewOptions, TIME_HELP } from './view-options.js'

interface ReplayArguments extends View {
  readonly client?: string
  readonly format: ClientFormat
  readonly out?: string
  readonly rejects?: string
  readonly engine?: 'plain' | 'fast'
  readonly threads?: number
}

const MOST_THREADS = 256

const parseThreads = (text: string): number => {
  const threads = Number(text)
  if (/^\d+$/.test(text) && threads >= 1 && threads <= MOST_THREADS) return threads
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_THREADS}.`)
}

/**
 * Takes what a replay yields. How many lines were refused is the answer.
 *
 * @param say - is told that nothing was found of the one client that was asked for
 */
const takeAll = async (
  steps: AsyncIterable<ClientsStep>,
  refusals: Refusals,
  status: StatusLine,
  writer: ClientWriter,
  say: () => void,
): Promise<number> => {
  let refused = 0
  for await (const step of steps) {
    switch (step.type) {
      case 'refused':
        await refusals.take(step)
        break
      case 'progress':
        refused = step.refused
        status.update(step)
        break
      case 'clients':
        status.end()
        if (!(await writer.write(step.lines))) return refused
        break
      case 'done':
        status.end()
        if (step.clients === 0) say()
        await writer.end()
    }
  }
  return refused
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
    const steps = replayClients(sources, { ...options, clientId: options.client })
    const writer = clientWriter(options.format, output)
    const refused = await takeAll(steps, refusals, status, writer, () => {
      if (options.client === undefined) return
      status.say('no event that takes part speaks of that client')
    })
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
    .addOption(
      new Option(
        '--engine <ENGINE>',
        'fast: WebAssembly, unless it is missing; plain: JavaScript; both write the same bytes',
      ).choices(['plain', 'fast']),
    )
    .option('--threads <N>', 'how many threads fold; all cores unless given', parseThreads)
    .addHelpText('after', `${TIME_HELP}${EXIT_HELP}`)
    .action(async (files: string[], options: ReplayArguments) => {
      end(await run(files, options))
    })
}
