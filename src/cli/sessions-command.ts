import { Option, type Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { addMomentOptions, TIME_HELP } from './moment-options.js'
import { addScreenOptions, formatOption } from './screen-options.js'
import type { SessionsArguments } from './sessions-run.js'
import { SESSION_STATUSES } from '../events/session.js'
import { storeOption } from './store-url.js'

/** `clientfold sessions`. */
export const addSessions = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('sessions')
    .summary('list the sessions of a user, on all clients')
    .description(
      'Lists the sessions of a user on all clients, newest first by creation, removed ones too: by the clock of now or of another moment.',
    )
    .argument('<USER>', 'the id of the user')
    .addOption(storeOption())
  addMomentOptions(command, 'now')
    .addOption(
      new Option('--status <STATUS>', 'list only sessions of this status').choices(
        SESSION_STATUSES,
      ),
    )
    .addOption(formatOption('a table, or a JSON array of the documented Session objects'))
  addScreenOptions(command)
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold sessions user_123 --status active',
        exitCodes: {
          0: 'the sessions were written',
          1: 'the user has no such sessions, or some could not be read',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (userId: string, options: SessionsArguments) => {
      const { run } = await import('./sessions-run.js')
      setExitCode(await run(userId, options))
    })
}
