import { InvalidArgumentError, Option, type Command } from 'commander'
import type { ClientQuery } from '../projections/client-query.js'
import { MAX_THREADS } from '../replay/check-arguments.js'
import type { ClientsStep } from '../replay/clients-step.js'
import { replayClients } from '../replay/replay-clients.js'
import { createClientWriter, type ClientFormat, type ClientWriter } from './client-writer.js'
import { helpFooter } from './help-footer.js'
import { withLogs, type LogArguments } from './log-outputs.js'
import { partOption } from './part-option.js'
import type { RefusalReport } from './refusal-report.js'
import type { StatusLine } from './status-line.js'
import { addClientQueryOptions, TIME_HELP } from './moment-options.js'

interface ReplayArguments extends ClientQuery, LogArguments {
  readonly client?: string
  readonly format: ClientFormat
  readonly engine?: 'plain' | 'fast'
  readonly threads?: number
}

const parseThreads = (text: string): number => {
  const threads = Number(text)
  if (/^\d+$/.test(text) && threads >= 1 && threads <= MAX_THREADS) return threads
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_THREADS}.`)
}

/**
 * Processes the steps of a replay.
 *
 * @param onNoClients - is called if no client was written
 * @returns how many lines were refused
 */
const processSteps = async (
  steps: AsyncIterable<ClientsStep>,
  refusals: RefusalReport,
  status: StatusLine,
  writer: ClientWriter,
  onNoClients: () => void,
): Promise<number> => {
  let refused = 0
  for await (const step of steps) {
    switch (step.type) {
      case 'warning':
        status.say(`clientfold: ${step.message}`)
        break
      case 'refused':
        await refusals.addLine(step)
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
        if (step.clients === 0) onNoClients()
        await writer.end()
    }
  }
  return refused
}

const absenceOf = ({ asOf, knownAt }: ClientQuery): string =>
  asOf === undefined && knownAt === undefined
    ? 'the logs have no event of the client of --client; check its id'
    : 'the logs have no event of the client of --client up to that moment; check its id and the TIME'

const run = (files: ReadonlyArray<string>, options: ReplayArguments): Promise<number> =>
  withLogs(files, options, ({ sources, refusals, status, output }) => {
    const steps = replayClients(sources, { ...options, clientId: options.client })
    const writer = createClientWriter(options.format, output)
    return processSteps(steps, refusals, status, writer, () => {
      if (options.client !== undefined) status.say(absenceOf(options))
    })
  })

/** `clientfold replay`. */
export const addReplay = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('replay')
    .summary('fold event logs into Clients')
    .description(
      'Folds event logs (NDJSON, gzipped or not) into the documented Client objects, and writes one Client per line, in ascending order of id. Lines that are not events are refused and named on stderr; all others are folded. Unlike clientfold show, replay shows the statuses as recorded, unless --at or --as-of is given.',
    )
    .argument('[FILE...]', 'logs to read; - or no FILE means standard input')
  addClientQueryOptions(command, 'recorded')
    .option('--client <ID>', 'write only the client with this id')
    .addOption(
      new Option(
        '--format <FORMAT>',
        'the format of the Clients: one line each, one JSON array, or a table',
      )
        .choices(['ndjson', 'json', 'table'])
        .default('ndjson'),
    )
    .addOption(partOption())
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .option('--rejects <FILE>', 'write refused lines to FILE, byte for byte')
    .addOption(
      new Option(
        '--engine <ENGINE>',
        'fast: WebAssembly, or JavaScript where WebAssembly is missing; plain: JavaScript; both write the same bytes',
      ).choices(['plain', 'fast']),
    )
    .option('--threads <N>', 'the number of threads; by default one per core', parseThreads)
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold replay log.ndjson --format table --at 2026-05-28T08:00:00Z',
        exitCodes: { 0: 'all lines were folded', 1: 'some lines were refused' },
      }),
    )
    .action(async (files: string[], options: ReplayArguments) => {
      setExitCode(await run(files, options))
    })
}
