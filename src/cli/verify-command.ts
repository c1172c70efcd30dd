import type { Command } from 'commander'
import { readLog } from '../replay/read-log.js'
import { startVerification, type LawReport } from '../testing/verification.js'
import { EXIT } from './exit-code.js'
import { openFile, standardOutput } from './output.js'
import { openRefusals } from './refusals.js'
import { openSources } from './sources.js'
import { sparedLogs } from './protected-files.js'
import { openStatusLine } from './status-line.js'
import { printable } from './printable.js'

interface VerifyArguments {
  readonly rejects?: string
}

const MOST_CLIENTS_NAMED = 3

const lineOf = ({ name, brokenBy }: LawReport): string => {
  if (brokenBy.length === 0) return `ok      ${name}\n`
  const named = brokenBy.slice(0, MOST_CLIENTS_NAMED).map(printable).join(', ')
  const others = brokenBy.length - MOST_CLIENTS_NAMED
  return `BROKEN  ${name}\n        by ${named}${others > 0 ? ` and ${others} more` : ''}\n`
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const run = async (files: ReadonlyArray<string>, options: VerifyArguments): Promise<number> => {
  const sources = await openSources(files)
  const rejects =
    options.rejects === undefined ? null : await openFile(options.rejects, await sparedLogs(files))
  const output = standardOutput()
  const status = openStatusLine()
  const refusals = openRefusals(status.say, rejects)
  const verification = startVerification()
  let [events, refused] = [0, 0]
  try {
    for await (const step of readLog(sources)) {
      if (step.type === 'events') for (const event of step.events) verification.add(event)
      else if (step.type === 'refused') await refusals.take(step)
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
  refusals.sum()
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
export const addVerify = (program: Command, end: (code: number) => void): void => {
  program
    .command('verify')
    .summary('check every law and invariant on the events of a log')
    .description(
      'Checks every law of the fold and every invariant of a Client on the events of a real log: in other orders, with duplicates, split and joined, at several moments. Names what breaks.',
    )
    .argument('[FILE...]', 'logs to read; - or nothing for standard input')
    .option('--rejects <FILE>', 'keep refused lines, byte for byte, in FILE')
    .addHelpText(
      'after',
      '\nExit codes: 0 every law holds, 1 one is broken or a line was refused, 2 wrong usage or an I/O failure.',
    )
    .action(async (files: string[], options: VerifyArguments) => {
      end(await run(files, options))
    })
}
