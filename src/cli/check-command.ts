import type { Command } from 'commander'
import type { CheckResult } from '../event-store/check-report.js'
import { startCheckProgress } from './check-progress.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { storeOption, type StoreArguments } from './store-url.js'

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

const run = ({ store: url }: StoreArguments): Promise<number> =>
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

/** `clientfold check`. */
export const addCheck = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('check')
    .summary('read everything of a store and name what is damaged')
    .description(
      'Reads everything of a store and names each damage in one line: records that differ from what was written, missing revisions of a client, look-ups of sessions and users that do not fit the events, indexes that do not fit their tables, and damaged deliveries of the quarantine. It changes nothing.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold check --store sqlite:clients.db',
        exitCodes: { 0: 'nothing is damaged', 1: 'something is damaged', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments) => {
      setExitCode(await run(options))
    })
}
