import type { ClientQuery } from '../projections/client-query.js'
import type { ClientsStep } from '../replay/clients-step.js'
import { replayClients } from '../replay/replay-clients.js'
import { createClientWriter, type ClientFormat, type ClientWriter } from './client-writer.js'
import { withLogs, type LogArguments } from './log-outputs.js'
import type { RefusalReport } from './refusal-report.js'
import type { ScreenArguments } from './screen-options.js'
import { fileScreen, screenOf } from './screen.js'
import type { StatusLine } from './status-line.js'

/** The arguments of `clientfold replay`. */
export interface ReplayArguments extends ClientQuery, LogArguments, ScreenArguments {
  readonly client?: string
  readonly format: ClientFormat
  readonly engine?: 'plain' | 'fast'
  readonly threads?: number
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

/** Runs `clientfold replay`, and answers its exit code. */
export const run = (files: ReadonlyArray<string>, options: ReplayArguments): Promise<number> =>
  withLogs(files, options, ({ sources, refusals, status, output }) => {
    const steps = replayClients(sources, { ...options, clientId: options.client })
    const screen = options.out === undefined ? screenOf(options) : fileScreen(options)
    const writer = createClientWriter(options.format, output, screen)
    return processSteps(steps, refusals, status, writer, () => {
      if (options.client !== undefined) status.say(absenceOf(options))
    })
  })
