import * as E from 'fp-ts/lib/Either.js'
import { describeRestoreRefusal, type RestoreResult } from '../event-store/backup.js'
import type { CheckResult, EventStore } from '../event-store/event-store.js'
import { verifyBackup } from './backup-file.js'
import { startCheckProgress } from './check-progress.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { countOf } from './reduction-report.js'
import { type StoreArguments } from './store-url.js'

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

/** Runs `clientfold restore`, and answers its exit code. */
export const run = async (file: string, { store: url }: StoreArguments): Promise<number> => {
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
