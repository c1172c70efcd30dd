import type { CheckResult } from '../event-store/check-report.js'
import { startCheckProgress } from './check-progress.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { type StoreArguments } from './store-url.js'

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

const summaryOf = ({ events, clients, deliveries, damaged }: CheckResult): string => {
  const read =
    `${counted(events, 'event')} of ${counted(clients, 'client')} and ` +
    counted(deliveries, 'quarantined delivery', 'quarantined deliveries')
  return damaged === 0
    ? `nothing is damaged: ${read}\n`
    : `${counted(damaged, 'damage')} found; undamaged: ${read}\n`
}

/** Runs `clientfold check`, and answers its exit code. */
export const run = ({ store: url }: StoreArguments): Promise<number> =>
  withStore(url, { mustExist: true, readOnly: true }, async (store) => {
    const output = standardOutput()
    const progress = startCheckProgress()
    const lines: string[] = []
    try {
      const result = await store.check({
        onDamage: ({ message }) => lines.push(`${printable(message)}\n`),
        onProgress: progress.update,
      })
      progress.end()
      await output.write(`${lines.join('')}${summaryOf(result)}`)
      await output.done()
      return result.damaged === 0 ? EXIT.ok : EXIT.refused
    } finally {
      progress.end()
    }
  })
