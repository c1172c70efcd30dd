import type { Inspection } from '../inspect/inspection.js'
import { readPageFiles } from '../inspect/page-files.js'
import { filePage } from '../inspect/page-html.js'
import { timelineSvg } from '../inspect/timeline-svg.js'
import { timelineOf } from '../projections/timeline.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { withLogs } from './log-outputs.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput, type Output } from './output.js'
import { timelineOfLogs, timelineOfStore, type TimelineSubject } from './timeline-source.js'

/** The arguments of `clientfold timeline`. */
export interface TimelineArguments {
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

/** Runs `clientfold timeline`, and answers its exit code. */
export const run = (names: ReadonlyArray<string>, options: TimelineArguments): Promise<number> => {
  const { subject, files } = readArguments(names, options)
  return options.store === undefined
    ? fromLogs(files, subject, options)
    : fromStore(options.store, subject, options)
}
