import { Option, type Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import { viewsOption } from './views-option.js'
import type { DoctorArguments } from './doctor-run.js'

const NOTES = `Each line says what was found and what to do:
  must  do it: otherwise events can be lost, or others wait
  may   it would be better
  ok    there is nothing to do

It opens the store as clientfold serve does, which already refuses what could
lose an event, and it reads no event.`

/** `clientfold doctor`. */
export const addDoctor = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('doctor')
    .summary('look at the database of a store, and say what to do')
    .description(
      'Looks at the database and its settings: version, known bugs of that version, durability, replicas, open transactions, clock, tables, disk, and how far the views are behind the log.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .addOption(
      new Option('--format <FORMAT>', 'text, or json for one object')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold doctor --store postgres://app@db/app',
        exitCodes: { 0: 'nothing must be done', 1: 'something must be done', 2: STORE_FAILED },
      }),
    )
    .action(async (options: DoctorArguments) => {
      const { run } = await import('./doctor-run.js')
      setExitCode(await run(options))
    })
}
