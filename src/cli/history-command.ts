import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import type { HistoryArguments } from './history-run.js'
import { addScreenOptions, formatOption } from './screen-options.js'
import { storeOption } from './store-url.js'

/** `clientfold history`. */
export const addHistory = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('history')
    .summary('show the events of a client and what each changed')
    .description(
      'Shows the recorded events of a client: when Clerk sent each event, when it was recorded, and what it changed. An event that came late, or twice, changed nothing.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
    .addOption(formatOption('a table, or a JSON array of the events with what they changed'))
  addScreenOptions(command)
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold history client_123 --store sqlite:clients.db',
        exitCodes: { 0: 'the events were written', 1: 'there is no such client', 2: STORE_FAILED },
      }),
    )
    .action(async (clientId: string, options: HistoryArguments) => {
      const { run } = await import('./history-run.js')
      setExitCode(await run(clientId, options))
    })
}
