import { Option, type Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { addScreenOptions, formatOption } from './screen-options.js'
import { storeOption } from './store-url.js'
import { addMomentOptions, TIME_HELP } from './moment-options.js'
import type { DevicesArguments } from './devices-run.js'

/** `clientfold devices`. */
export const addDevices = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('devices')
    .summary('list the devices of a user, with their sessions')
    .description(
      'Lists the devices on which a user has sessions: browser, system, place, when each was in use, and the sessions by the clock of now or of another moment.',
    )
    .argument('<USER>', 'the id of the user')
    .addOption(storeOption())
    .option('--current <SESSION>', 'mark this session and its device as the current ones')
  addMomentOptions(command, 'now')
    .addOption(
      new Option(
        '--impersonated <WHICH>',
        'keep sessions of others who act as the user, drop them, or list them only',
      )
        .choices(['keep', 'drop', 'only'])
        .default('keep'),
    )
    .addOption(formatOption('the format of the list'))
  addScreenOptions(command)
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold devices user_123 --current sess_456',
        exitCodes: {
          0: 'the devices were written',
          1: 'the user has no such devices, or had none at that moment',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (userId: string, options: DevicesArguments) => {
      const { run } = await import('./devices-run.js')
      setExitCode(await run(userId, options))
    })
}
