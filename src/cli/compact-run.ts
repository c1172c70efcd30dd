import { eventText } from '../events/encode-event.js'
import { compactLogs, type CompactionStep } from '../replay/compact-logs.js'
import { withLogs, type LogArguments } from './log-outputs.js'
import type { Output } from './output.js'
import type { RefusalReport } from './refusal-report.js'
import type { StatusLine } from './status-line.js'

/** The arguments of `clientfold compact`. */
export interface CompactArguments extends LogArguments {
  readonly before?: number
  readonly store?: string
  readonly archive?: string
}

/**
 * Processes the steps of a compaction.
 *
 * @returns how many lines were refused
 */
const processSteps = async (
  steps: AsyncIterable<CompactionStep>,
  refusals: RefusalReport,
  status: StatusLine,
  output: Output,
): Promise<number> => {
  let refused = 0
  for await (const step of steps) {
    switch (step.type) {
      case 'refused':
        await refusals.addLine(step)
        break
      case 'progress':
        refused = step.refused
        status.update(step)
        break
      case 'events':
        if (!(await output.write(step.events.map((event) => `${eventText(event)}\n`).join('')))) {
          return refused
        }
        break
      case 'done':
        status.end()
        status.say(`clientfold: ${step.remaining} of ${step.events} events remain`)
    }
  }
  return refused
}

/** Runs `clientfold compact`, and answers its exit code. */
export const run = (files: ReadonlyArray<string>, options: CompactArguments): Promise<number> =>
  withLogs(files, options, async ({ sources, refusals, status, output }) => {
    const refused = await processSteps(compactLogs(sources, options), refusals, status, output)
    if (options.out === undefined) await output.done()
    return refused
  })
