import * as E from 'fp-ts/lib/Either.js'
import type { Command } from 'commander'
import { describeRestoreRefusal, type RestoreResult } from '../event-store/backup.js'
import type { CheckResult, EventStore } from '../event-store/event-store.js'
import { verifyBackup } from './backup-file.js'
import { startCheckProgress } from './check-progress.js'
import { EXIT } from './exit-code.js'
import { helpFooter } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { countOf } from './reduction-report.js'
import { storeOption, type StoreArguments } from './store-url.js'

/** Reads the whole store, and answers the lines about its damages. */
const checkStore = async (
  store: EventStore,
): Promise<{ readonly result: CheckResult; readonly damages: ReadonlyArray<string> }> => {
  const progress = startCheckProgress()
  const damages: string[] = []
  try {
    const result = await store.check({
      onDamage: ({ message }) => damages.push(`${printable(message)}\n`),
      onProgress: progress.update,
    })
    return { result, damages }
  } finally {
    progress.end()
  }
}

const summaryOf = (
  { wasRestored, events, leftOut, deliveries, deliveriesLeftOut }: RestoreResult,
  { events: found, clients, deliveries: kept }: CheckResult,
): string => {
  if (wasRestored) {
    return `this backup was restored before: the store holds ${countOf(found, 'event')} of ${countOf(clients, 'client')}\n`
  }
  const both = (eventCount: number, ofWhat: string, deliveryCount: number): string =>
    `${countOf(eventCount, 'event')}${ofWhat} and ${countOf(deliveryCount, 'quarantined delivery', 'quarantined deliveries')}`
  const left =
    leftOut + deliveriesLeftOut === 0
      ? ''
      : `left out ${both(leftOut, '', deliveriesLeftOut)} of what was erased\n`
  return (
    `restored ${both(events, ` of ${countOf(clients, 'client')}`, deliveries)}\n${left}` +
    (events === found && deliveries === kept
      ? ''
      : `the store holds ${both(found, '', kept)} instead: restore into another store\n`)
  )
}

const run = async (file: string, { store: url }: StoreArguments): Promise<number> => {
  const backup = await verifyBackup(file)
  return withStore(url, { mustExist: false, incomplete: true }, async (store) => {
    const answer = await store.restore(backup)
    if (E.isLeft(answer)) {
      process.stderr.write(`clientfold: ${describeRestoreRefusal(answer.left)}\n`)
      return EXIT.refused
    }
    const restored = answer.right
    const { result, damages } = await checkStore(store)
    const output = standardOutput()
    await output.write(`${damages.join('')}${summaryOf(restored, result)}`)
    await output.done()
    const isEqual = result.events === restored.events && result.deliveries === restored.deliveries
    return result.damaged === 0 && (restored.wasRestored || isEqual) ? EXIT.ok : EXIT.refused
  })
}

/** `clientfold restore`. */
export const addRestore = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('restore')
    .summary('make a store of a backup')
    .description(
      'Verifies a file of clientfold backup, restores everything in it into an empty store of any kind, and checks the store. It creates the store if it does not exist. If it is interrupted, run it again with the same file: it goes on, and until it has ended nothing else opens the store. Tombstones that the store has already stay: what they refuse is left out.',
    )
    .argument('<FILE>', 'the backup, compressed or not')
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold restore clients.backup.gz --store postgres://app@localhost/app',
        exitCodes: {
          0: 'everything is restored, and nothing is damaged',
          1: 'the store holds something else, or the check found a difference',
          2: 'wrong usage, the file is not a whole backup, or the store could not be used',
        },
      }),
    )
    .action(async (file: string, options: StoreArguments) => {
      setExitCode(await run(file, options))
    })
}
