import { Option, type Command } from 'commander'
import type { Inspection } from '../inspect/inspection.js'
import { readPageFiles } from '../inspect/page-files.js'
import { filePage } from '../inspect/page-html.js'
import { timelineSvg } from '../inspect/timeline-svg.js'
import { timelineOf } from '../projections/timeline.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { helpFooter } from './help-footer.js'
import { withLogs } from './log-outputs.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput, type Output } from './output.js'
import { timelineOfLogs, timelineOfStore, type TimelineSubject } from './timeline-source.js'

interface TimelineArguments {
  readonly user?: string
  readonly store?: string
  readonly out?: string
  readonly format: 'html' | 'svg'
}

const textOf = async (inspection: Inspection, format: 'html' | 'svg'): Promise<string> => {
  if (format === 'html') return filePage(inspection, await readPageFiles())
  const { foundAs, id, clients } = inspection
  const lanes = timelineOf(clients.flatMap(({ events }) => events))
  const shown = foundAs === 'user' ? lanes.filter(({ userId }) => userId === id) : lanes
  return timelineSvg(shown, inspection)
}

const nothingFound = ({ foundAs }: TimelineSubject, place: string): number => {
  process.stderr.write(
    `clientfold: ${place} no event of this ${foundAs}; check the id${foundAs === 'client' ? ', or name a user with --user' : ''}\n`,
  )
  return EXIT.refused
}

const fromStore = async (
  url: string,
  subject: TimelineSubject,
  { out, format }: TimelineArguments,
): Promise<number> => {
  const inspection = await withStore(url, { mustExist: true, readOnly: true }, (store) =>
    timelineOfStore(store, subject, Date.now()),
  )
  if (inspection.clients.length === 0) return nothingFound(subject, 'the store has')
  const text = await textOf(inspection, format)
  const output: Output = out === undefined ? standardOutput() : await openFile(out)
  try {
    await output.write(text)
    await output.done()
  } catch (error) {
    await output.discard()
    throw error
  }
  return EXIT.ok
}

/** Ends the work on logs, so that no file is written. */
class NothingFound extends Error {
  override readonly name = 'NothingFound'
}

const fromLogs = async (
  files: ReadonlyArray<string>,
  subject: TimelineSubject,
  { out, format }: TimelineArguments,
): Promise<number> => {
  if (subject.foundAs === 'user' && (files.length === 0 || files.includes('-'))) {
    throw new CommandFailure(
      'the timeline of a user reads the logs twice, and standard input can be read once: name a file',
    )
  }
  const places = out === undefined ? {} : { out }
  try {
    return await withLogs(files, places, async ({ sources, refusals, status, output }) => {
      const found = await timelineOfLogs(sources, subject, Date.now(), refusals, status)
      status.end()
      if (found.inspection.clients.length === 0) throw new NothingFound()
      await output.write(await textOf(found.inspection, format))
      if (out === undefined) await output.done()
      return found.refused
    })
  } catch (error) {
    if (error instanceof NothingFound) return nothingFound(subject, 'the logs have')
    throw error
  }
}

/** Whose timeline the command line names, and which files; a failure in words if that is not clear. */
const readArguments = (
  names: ReadonlyArray<string>,
  { user, store }: TimelineArguments,
): { readonly subject: TimelineSubject; readonly files: ReadonlyArray<string> } => {
  const [first, ...others] = names
  if (user === undefined && first === undefined) {
    throw new CommandFailure('name a client, or a user with --user')
  }
  const files = user === undefined ? others : names
  if (store !== undefined && files.length > 0) {
    throw new CommandFailure('name files or --store, not both')
  }
  const subject: TimelineSubject =
    user === undefined ? { foundAs: 'client', id: first ?? '' } : { foundAs: 'user', id: user }
  return { subject, files }
}

const run = (names: ReadonlyArray<string>, options: TimelineArguments): Promise<number> => {
  const { subject, files } = readArguments(names, options)
  return options.store === undefined
    ? fromLogs(files, subject, options)
    : fromStore(options.store, subject, options)
}

const NOTES = `The page holds its data, its script and its style, and requests nothing: it can be
attached to the report of an incident. It holds the events as they are kept, with
IP addresses.`

/** `clientfold timeline`. */
export const addTimeline = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('timeline')
    .summary('write a page that shows who was signed in when')
    .description(
      'Writes a page that shows the sessions of a client or a user over time: each event, when it was said and recorded, what came late, what the Client was at any moment, and why. The events are those of log files, or of a store.',
    )
    .usage('[options] CLIENT [FILE...]\n       clientfold timeline [options] --user ID [FILE...]')
    .argument(
      '[NAMES...]',
      'the id of the client, unless --user is given, and logs to read; - or no FILE means standard input, unless --store is given',
    )
    .option('--user <ID>', 'the sessions of this user, on all clients')
    .option('--store <URL>', 'read the events of a store: sqlite:PATH, postgres://… or nats://…')
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .addOption(
      new Option('--format <FORMAT>', 'a page, or a picture of the timeline alone')
        .choices(['html', 'svg'])
        .default('html'),
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold timeline client_123 log.ndjson --out incident.html',
        exitCodes: {
          0: 'the page was written',
          1: 'no event was found and nothing was written, or some lines were refused',
        },
      }),
    )
    .action(async (names: string[], options: TimelineArguments) => {
      setExitCode(await run(names, options))
    })
}
