import type { Command } from 'commander'
import { readLog } from '../replay/read-log.js'
import { startVerification, type LawReport } from '../testing/verification.js'
import { EXIT } from './exit-code.js'
import { helpFooter } from './help-footer.js'
import { findLogSources } from './log-sources.js'
import { openFile, standardOutput } from './output.js'
import { printable } from './printable.js'
import { protectedLogs } from './protected-files.js'
import { createRefusalReport } from './refusal-report.js'
import { startStatusLine } from './status-line.js'

interface VerifyArguments {
  readonly rejects?: string
}

const MAX_CLIENTS_NAMED = 3

const lineOf = ({ name, brokenBy }: LawReport): string => {
  if (brokenBy.length === 0) return `ok      ${name}\n`
  const named = brokenBy.slice(0, MAX_CLIENTS_NAMED).map(printable).join(', ')
  const others = brokenBy.length - MAX_CLIENTS_NAMED
  return `BROKEN  ${name}\n        by ${named}${others > 0 ? ` and ${others} more` : ''}\n`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const run = async (files: ReadonlyArray<string>, options: VerifyArguments): Promise<number> => {
  const sources = await findLogSources(files)
  const rejects =
    options.rejects === undefined
      ? null
      : await openFile(options.rejects, await protectedLogs(files))
  const output = standardOutput()
  const status = startStatusLine()
  const refusals = createRefusalReport(status.say, rejects)
  const verification = startVerification()
  let [events, refused] = [0, 0]
  try {
    for await (const step of readLog(sources)) {
      if (step.type === 'events') for (const event of step.events) verification.add(event)
      else if (step.type === 'refused') await refusals.addLine(step)
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
      (broken === 0 ? 'every law holds\n' : `${counted(broken, 'law')} broken\n`),
  )
  await output.done()
  return broken === 0 && refused === 0 ? EXIT.ok : EXIT.refused
}

/** `clientfold verify`. */
export const addVerify = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('verify')
    .summary('check every law and invariant on the events of a log')
    .description(
      'Checks on a real log that Clients do not depend on the order of events or on duplicates: it folds the events in other orders, with duplicates, split and joined, and at several moments, and checks every law of the fold and every invariant of a Client. It names each law that is broken, and the clients that break it.',
    )
    .argument('[FILE...]', 'logs to read; - or no FILE means standard input')
    .option('--rejects <FILE>', 'write refused lines to FILE, byte for byte')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold verify log.ndjson',
        exitCodes: {
          0: 'every law holds and no line was refused',
          1: 'a law is broken or a line was refused',
        },
      }),
    )
    .action(async (files: string[], options: VerifyArguments) => {
      setExitCode(await run(files, options))
    })
}
