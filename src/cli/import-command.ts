import type { Command } from 'commander'
import type { ClientEvent } from '../events/client-event.js'
import { readLog } from '../replay/read-log.js'
import type { LogSource } from '../replay/source.js'
import { describeAppendRefusal } from '../event-store/append-refusal.js'
import type { EventStore } from '../event-store/event-store.js'
import type { RecordOutcome } from '../event-store/record-outcome.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput, type Output } from './output.js'
import { openRefusals } from './refusals.js'
import { openSources } from './sources.js'
import { sparedLogs, sparedStore } from './protected-files.js'
import { openStatusLine } from './status-line.js'
import { storeOption, type StoreArguments } from './store-url.js'

interface ImportArguments extends StoreArguments {
  readonly rejects?: string
}

/** Events that share one durable write: enough that the disk's sync does not show. */
const BATCH_EVENTS = 500

type Counts = Record<RecordOutcome['_tag'] | 'refused', number>

function* batchesOf(events: ReadonlyArray<ClientEvent>): Generator<ReadonlyArray<ClientEvent>> {
  for (let start = 0; start < events.length; start += BATCH_EVENTS) {
    yield events.slice(start, start + BATCH_EVENTS)
  }
}

/** Records logs, and counts what became of their lines. */
const recordLogs = async (
  sources: ReadonlyArray<LogSource>,
  store: EventStore,
  rejects: Output | null,
): Promise<Counts> => {
  const status = openStatusLine()
  const refusals = openRefusals(status.say, rejects)
  const counts: Counts = {
    Recorded: 0,
    Duplicate: 0,
    EventIdConflict: 0,
    ClientErased: 0,
    refused: 0,
  }
  let number = 0
  const record = async (events: ReadonlyArray<ClientEvent>): Promise<void> => {
    const recordings = await store.record(events)
    for (const [index, event] of events.entries()) {
      number += 1
      const outcome = recordings[index]
      if (outcome === undefined) throw new Error('every event that is recorded has an answer')
      counts[outcome._tag] += 1
      if (outcome._tag === 'EventIdConflict')
        await refusals.takeEvent(event, `event ${number}: ${describeAppendRefusal(outcome)}`)
    }
  }
  try {
    for await (const step of readLog(sources)) {
      if (step.type === 'events') for (const batch of batchesOf(step.events)) await record(batch)
      else if (step.type === 'refused') await refusals.take(step)
      else {
        counts.refused = step.refused
        status.update(step)
      }
    }
  } finally {
    status.end()
  }
  refusals.sum()
  return counts
}

const summaryOf = (counts: Counts): string =>
  `recorded ${counts.Recorded}, duplicates ${counts.Duplicate}, ` +
  `conflicts ${counts.EventIdConflict}, erased ${counts.ClientErased}, refused ${counts.refused}\n`

const run = async (files: ReadonlyArray<string>, options: ImportArguments): Promise<number> => {
  const sources = await openSources(files)
  const spared = [...(await sparedLogs(files)), ...(await sparedStore(options.store))]
  const rejects = options.rejects === undefined ? null : await openFile(options.rejects, spared)
  try {
    const counts = await withStore(options.store, { mustExist: false }, (store) =>
      recordLogs(sources, store, rejects),
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

/** `clientfold import`. */
export const addImport = (program: Command, end: (code: number) => void): void => {
  program
    .command('import')
    .summary('record event logs in a store')
    .description(
      'Records event logs (NDJSON, gzipped or not) in a store, each event once: an import that was broken off is done again from the start. Refused lines are named on stderr, and so are events whose id stands for another event; the others are recorded. Events of erased clients are counted and not kept.',
    )
    .argument('[FILE...]', 'logs to read; - or nothing for standard input')
    .addOption(storeOption())
    .option('--rejects <FILE>', 'keep refused lines, byte for byte, in FILE')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is recorded, 1 some lines were refused or in conflict, 2 wrong usage or a failure of the store or of a file.',
    )
    .action(async (files: string[], options: ImportArguments) => {
      end(await run(files, options))
    })
}
