import { Option, type Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { addScreenOptions } from './screen-options.js'
import { storeOption } from './store-url.js'
import { addClientQueryOptions, TIME_HELP } from './moment-options.js'
import type { ShowArguments } from './show-run.js'

/** `clientfold show`. */
export const addShow = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('show')
    .summary('show a client of a store, now or at any moment')
    .description(
      'Shows a client as the documented Client object, as it is now or as it was at any moment. A session past its expire_at reads expired, unless --at recorded is given.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
  addClientQueryOptions(command, 'now').addOption(
    new Option('--format <FORMAT>', 'the format of the Client')
      .choices(['json', 'table'])
      .default('json'),
  )
  addScreenOptions(command)
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold show client_123 --as-of 2026-05-28T08:00:00Z',
        exitCodes: {
          0: 'the Client was written',
          1: 'there is no such client, or it did not exist at that moment',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (clientId: string, options: ShowArguments) => {
      const { run } = await import('./show-run.js')
      setExitCode(await run(clientId, options))
    })
}
