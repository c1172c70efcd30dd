import { Option, type Command } from 'commander'
import type { EraseArguments } from './erase-run.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import { viewsOption } from './views-option.js'

/** The options that say what to erase, or what else to do, of which one excludes the others. */
const TARGETS = ['user', 'client']

/** `clientfold erase`. */
export const addErase = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('erase')
    .summary('erase users or clients from a store, permanently')
    .description(
      'Erases users or clients: deletes their events, takes the sessions of a user out of observations of devices that others use too, and removes the deliveries in quarantine that mention the ids. Other people keep everything. It does not ask for confirmation and cannot be undone. Later events about sessions that were created before the erasure are refused; later sessions are recorded. If the store has no events of one of the ids and it was never erased, nothing is erased, because the id may be misspelt.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .option('--user <ID...>', 'the ids of the users to erase')
    .option('--client <ID...>', 'the ids of the clients to erase')
    .addOption(
      new Option(
        '--scrub',
        'also rewrite the files, so that no byte of what was erased is left; it takes as long as a copy of the store, and everything else waits',
      ).conflicts('dryRun'),
    )
    .option('--dry-run', 'only say how many events each id has, and erase nothing')
    .option(
      '--unknown-too',
      'also erase ids without events: the quarantine may mention them, and later events are refused',
    )
    .addOption(
      new Option(
        '--pending',
        'list the users whose erasure is scheduled (serve --on-user-deleted erase), and when it is due',
      ).conflicts([...TARGETS, 'scrub', 'dryRun', 'unknownToo', 'callOff', 'due']),
    )
    .addOption(
      new Option(
        '--call-off <USER...>',
        'call scheduled erasures off; the same webhook does not schedule them again',
      ).conflicts([...TARGETS, 'scrub', 'dryRun', 'unknownToo', 'due']),
    )
    .addOption(
      new Option('--due', 'erase the users whose scheduled erasure is due now').conflicts([
        ...TARGETS,
        'dryRun',
        'unknownToo',
      ]),
    )
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold erase --user user_123 --store sqlite:clients.db --dry-run',
        exitCodes: {
          0: 'everything is erased, listed or called off',
          1: 'an id without events, and nothing was erased; or none to call off',
          2: STORE_FAILED,
        },
      }),
    )
  command.action(async (options: EraseArguments) => {
    const { run } = await import('./erase-run.js')
    const exitCode = run(options)
    if (exitCode === undefined) {
      return command.error(
        'error: no id was given: name users with --user ID, or clients with --client ID',
      )
    }
    setExitCode(await exitCode)
  })
}
