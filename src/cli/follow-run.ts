import type { RecordedEvent } from '../event-store/recorded-event.js'
import { eventText } from '../events/encode-event.js'
import { startPipeWatch } from './closed-pipe.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { createFailureReports } from './failure-reports.js'
import { startHeldBackWatch, type ReportHeldBack } from './held-back-watch.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { storeNameOf, type StoreArguments } from './store-url.js'

/** The arguments of `clientfold follow`. */
export interface FollowArguments extends StoreArguments {
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

/** Runs `clientfold follow`, and answers its exit code. */
export const run = ({
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
