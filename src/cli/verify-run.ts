import { readLog } from '../replay/read-log.js'
import { startAnomalySearch, type Anomaly } from '../testing/anomalies.js'
import { startVerification, type LawReport, type LogPlace } from '../testing/verification.js'
import { EXIT } from './exit-code.js'
import { findLogSources } from './log-sources.js'
import { openFile, standardOutput } from './output.js'
import { printable } from './printable.js'
import { protectedLogs } from './protected-files.js'
import { createRefusalReport } from './refusal-report.js'
import { startStatusLine } from './status-line.js'

/** The arguments of `clientfold verify`. */
export interface VerifyArguments {
  readonly rejects?: string
  readonly refusedFails?: boolean
}

const MAX_CLIENTS_NAMED = 3

const MAX_LINES_NAMED = 10

const placeText = ({ source, line }: LogPlace): string => `${printable(source)}:${line}`

/** Where the log has the events that break a law, on a line of its own. */
const smallestText = (places: ReadonlyArray<LogPlace>): string => {
  if (places.length === 0) return ''
  const others = places.length - MAX_LINES_NAMED
  const named = places.slice(0, MAX_LINES_NAMED).map(placeText).join(', ')
  return `        these lines are enough: ${named}${others > 0 ? ` and ${others} more` : ''}\n`
}

const anomalyText = ({ name, count, first }: Anomaly): string =>
  count === 0
    ? ''
    : `note    ${name}: ${count}${first === null ? '' : `, first at ${placeText(first)}`}\n`

const lineOf = ({ name, brokenBy, smallest }: LawReport): string => {
  if (brokenBy.length === 0) return `ok      ${name}\n`
  const named = brokenBy.slice(0, MAX_CLIENTS_NAMED).map(printable).join(', ')
  const others = brokenBy.length - MAX_CLIENTS_NAMED
  return `BROKEN  ${name}\n        by ${named}${others > 0 ? ` and ${others} more` : ''}\n${smallestText(smallest)}`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Runs `clientfold verify`, and answers its exit code. */
export const run = async (
  files: ReadonlyArray<string>,
  options: VerifyArguments,
): Promise<number> => {
  const sources = await findLogSources(files)
  const rejects =
    options.rejects === undefined
      ? null
      : await openFile(options.rejects, await protectedLogs(files))
  const output = standardOutput()
  const status = startStatusLine()
  const refusals = createRefusalReport(status.say, rejects)
  const verification = startVerification()
  const anomalies = startAnomalySearch()
  let [events, refused] = [0, 0]
  try {
    for await (const step of readLog(sources)) {
      if (step.type === 'events') {
        for (const [index, event] of step.events.entries()) {
          const place = { source: step.source, line: step.lines[index] ?? 0 }
          verification.addAt(event, place)
          anomalies.addAt(event, place)
        }
      } else if (step.type === 'refused') await refusals.addLine(step)
      else {
        ;({ events, refused } = step)
        status.update(step)
      }
    }
    await rejects?.done()
  } catch (error) {
    await rejects?.discard()
    throw error
  } finally {
    status.end()
  }
  refusals.finish()
  const reports = verification.report()
  const broken = reports.filter(({ brokenBy }) => brokenBy.length > 0).length
  await output.write(
    `${counted(events, 'event')} of ${counted(verification.clientCount(), 'client')}, ` +
      `${counted(refused, 'refused line')}; ` +
      `${counted(reports.length, 'law')} tried on ${counted(reports[0]?.samples ?? 0, 'sample')}\n` +
      reports.map(lineOf).join('') +
      anomalies.report().map(anomalyText).join('') +
      (broken === 0 ? 'every law holds\n' : `${counted(broken, 'law')} broken\n`),
  )
  await output.done()
  const isRefused = options.refusedFails === true && refused > 0
  return broken === 0 && !isRefused ? EXIT.ok : EXIT.refused
}
