import { Option, type Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import type { FollowArguments } from './follow-run.js'

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
      const { run } = await import('./follow-run.js')
      setExitCode(await run(options))
    })
}
