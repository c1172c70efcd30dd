import { Option, type Command } from 'commander'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { eventText } from '../events/encode-event.js'
import { startPipeWatch } from './closed-pipe.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { createFailureReports } from './failure-reports.js'
import { startHeldBackWatch, type ReportHeldBack } from './held-back-watch.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'

interface FollowArguments extends StoreArguments {
  readonly fromStart?: boolean
  readonly after?: string
  readonly positions?: boolean
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const reportHeldBack: ReportHeldBack = (heldBackBy) => {
  if (heldBackBy === undefined) {
    say('no transaction holds back events any more')
    return
  }
  const { pid, database, milliseconds } = heldBackBy
  const transaction =
    pid === null ? 'a prepared transaction' : `the open transaction of the process ${pid}`
  const age = milliseconds === null ? '' : `, which began ${Math.round(milliseconds / 1000)} s ago`
  const mend = pid === null ? '' : `; select pg_terminate_backend(${pid}) ends it`
  say(`events wait for ${transaction} in the database ${printable(database)}${age}${mend}`)
}

const lineOf = ({ event, position }: RecordedEvent, positions: boolean): string =>
  positions ? `${position}\t${eventText(event)}\n` : `${eventText(event)}\n`

const run = ({
  store: url,
  fromStart = false,
  after: givenPosition,
  positions = false,
}: FollowArguments): Promise<number> =>
  withStore(url, { mustExist: true, readOnly: true }, async (store) => {
    const output = standardOutput()
    const after = fromStart ? undefined : (givenPosition ?? (await store.lastPosition()))
    const readerGone = new AbortController()
    const stopWatch = await startPipeWatch(() => {
      readerGone.abort()
    })
    const stopHeldBackWatch = startHeldBackWatch(store, reportHeldBack)
    if (process.stderr.isTTY) say(`following ${storeNameOf(url)}; Ctrl-C ends it`)
    try {
      const { signal } = readerGone
      for await (const recorded of store.follow({ after, signal, ...createFailureReports() })) {
        // Each line is written at once, because its reader may be waiting for it.
        if (!(await output.write(lineOf(recorded, positions)))) break
      }
    } finally {
      stopWatch()
      stopHeldBackWatch()
    }
    await output.done()
    return EXIT.ok
  })

const NOTES = `While the store cannot be read, for example because its server restarts, it
waits, and then goes on after the last event that it wrote. Stderr says so. It
also names a transaction of PostgreSQL for which new events wait.

With --positions each line begins with the position of its event and a tab. Keep
the last position, and give it to --after to go on from there after a restart.`

/** `clientfold follow`. */
export const addFollow = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('follow')
    .summary('write new events of a store as they are recorded')
    .description(
      'Writes each event that any process records in a store, as one line (NDJSON). It runs until Ctrl-C, or until the reader of its output is gone.',
    )
    .addOption(storeOption())
    .option('--from-start', 'begin with the first event of the store instead of the next new one')
    .addOption(
      new Option(
        '--after <POSITION>',
        'begin with the event after this position, which --positions wrote',
      ).conflicts('fromStart'),
    )
    .option('--positions', 'begin each line with the position of its event, and a tab')
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold follow --store sqlite:clients.db | grep \'"session.revoked"\'',
        exitCodes: {
          0: 'the reader of the output is gone',
          2: STORE_FAILED,
          130: 'ended by Ctrl-C',
        },
      }),
    )
    .action(async (options: FollowArguments) => {
      setExitCode(await run(options))
    })
}
