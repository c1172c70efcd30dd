import type { ClientEvent } from '../events/client-event.js'
import { openClients } from '../clients/clients.js'
import { readLog } from '../replay/read-log.js'
import type { LogSource } from '../replay/source.js'
import { describeAppendRefusal } from '../event-store/append-refusal.js'
import type { EventStore } from '../event-store/event-store.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import type { RecordOutcome } from '../event-store/record-outcome.js'
import { EXIT } from './exit-code.js'
import { findLogSources } from './log-sources.js'
import { openFile, standardOutput, type Output } from './output.js'
import { protectedLogs, protectedStoreFiles } from './protected-files.js'
import { createRefusalReport } from './refusal-report.js'
import { startStatusLine } from './status-line.js'
import type { ViewsArguments } from './views-option.js'
import { viewsIn, withStoreAndViews } from './views-store.js'

/** The arguments of `clientfold import`. */
export interface ImportArguments extends ViewsArguments {
  readonly rejects?: string
}

/** How many events share one durable write: so many that the disk's sync costs little per event. */
const BATCH_EVENTS = 500

type Counts = Record<RecordOutcome['_tag'] | 'refused', number>

function* batchesOf(events: ReadonlyArray<ClientEvent>): Generator<ReadonlyArray<ClientEvent>> {
  for (let start = 0; start < events.length; start += BATCH_EVENTS) {
    yield events.slice(start, start + BATCH_EVENTS)
  }
}

/** Records logs, and counts the outcomes of their lines. */
const recordLogs = async (
  sources: ReadonlyArray<LogSource>,
  store: EventStore,
  rejects: Output | null,
): Promise<Counts> => {
  const status = startStatusLine()
  const refusals = createRefusalReport(status.say, rejects)
  const counts: Counts = {
    Recorded: 0,
    Duplicate: 0,
    EventIdConflict: 0,
    Erased: 0,
    refused: 0,
  }
  let number = 0
  const record = async (events: ReadonlyArray<ClientEvent>): Promise<void> => {
    const recordings = await store.record(events)
    for (const [index, event] of events.entries()) {
      number += 1
      const outcome = recordings[index]
      if (outcome === undefined) throw new Error('the store gave no outcome for an event')
      counts[outcome._tag] += 1
      if (outcome._tag === 'EventIdConflict')
        await refusals.addEvent(event, `event ${number}: ${describeAppendRefusal(outcome)}`)
    }
  }
  try {
    for await (const step of readLog(sources)) {
      if (step.type === 'events') for (const batch of batchesOf(step.events)) await record(batch)
      else if (step.type === 'refused') await refusals.addLine(step)
      else {
        counts.refused = step.refused
        status.update(step)
      }
    }
  } finally {
    status.end()
  }
  refusals.finish()
  return counts
}

const summaryOf = (counts: Counts): string =>
  `recorded ${counts.Recorded}, duplicates ${counts.Duplicate}, ` +
  `conflicts ${counts.EventIdConflict}, erased ${counts.Erased}, refused ${counts.refused}\n`

/**
 * Makes the views of what was imported, so that the first list is quick. Without the right to write them, they
 * are left to a process that has it.
 */
const catchUpViews = async (
  store: EventStore,
  viewsStore: EventStore | undefined,
): Promise<void> => {
  // Views in memory would end with this process.
  if (store.sql === undefined && viewsStore === undefined) return
  const { views } = openClients({ store, ...viewsIn(viewsStore) })
  await views.catchUp({ inLargeBatches: true }).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable) || error.reason !== 'denied') throw error
  })
}

/** Runs `clientfold import`, and answers its exit code. */
export const run = async (
  files: ReadonlyArray<string>,
  options: ImportArguments,
): Promise<number> => {
  const sources = await findLogSources(files)
  const protectedFiles = [
    ...(await protectedLogs(files)),
    ...(await protectedStoreFiles(options.store)),
  ]
  const rejects =
    options.rejects === undefined ? null : await openFile(options.rejects, protectedFiles)
  try {
    const counts = await withStoreAndViews(
      options,
      { mustExist: false },
      async (store, viewsStore) => {
        const recorded = await recordLogs(sources, store, rejects)
        await catchUpViews(store, viewsStore)
        return recorded
      },
    )
    await rejects?.done()
    const output = standardOutput()
    await output.write(summaryOf(counts))
    await output.done()
    return counts.refused + counts.EventIdConflict === 0 ? EXIT.ok : EXIT.refused
  } catch (error) {
    await rejects?.discard()
    throw error
  }
}
