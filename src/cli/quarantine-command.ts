import type { Command } from 'commander'
import { helpFooter, STORE_FAILED, type HelpFooter } from './help-footer.js'
import { addScreenOptions, type ScreenArguments } from './screen-options.js'
import { storeOption, type StoreArguments } from './store-url.js'

type SetExitCode = (code: number) => void

const addList = (group: Command, setExitCode: SetExitCode): void => {
  const command = group
    .command('list')
    .summary('list the deliveries in quarantine')
    .description(
      'Lists the deliveries in quarantine as a table: when each was received, and why it was not recorded.',
    )
    .addOption(storeOption())
  addScreenOptions(command)
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold quarantine list --store sqlite:clients.db',
        exitCodes: { 0: 'the list was written', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments & ScreenArguments) => {
      const { list } = await import('./quarantine-run.js')
      setExitCode(await list(options))
    })
}

const addRetry = (group: Command, setExitCode: SetExitCode): void => {
  group
    .command('retry')
    .summary('try again to record the deliveries in quarantine')
    .description(
      'Tries again to record each delivery in quarantine, for example after an upgrade of clientfold. Deliveries that are recorded leave the quarantine, and so do deliveries of erased clients. All others stay and are named on stderr.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold quarantine retry --store sqlite:clients.db',
        exitCodes: { 0: 'the quarantine is empty', 1: 'some deliveries stay', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments) => {
      const { retry } = await import('./quarantine-run.js')
      setExitCode(await retry(options))
    })
}

interface DeliveryCommand {
  readonly name: 'show' | 'remove'
  readonly summary: string
  readonly description: string
  readonly footer: HelpFooter
}

const SHOW: DeliveryCommand = {
  name: 'show',
  summary: 'write the body of a delivery',
  description: 'Writes the body of a delivery as it was received, byte for byte.',
  footer: {
    example: 'clientfold quarantine show msg_123 > body.json',
    exitCodes: { 0: 'the body was written', 1: 'there is no such delivery', 2: STORE_FAILED },
  },
}

const REMOVE: DeliveryCommand = {
  name: 'remove',
  summary: 'remove a delivery, permanently',
  description:
    'Removes a delivery from the quarantine. It does not ask for confirmation and cannot be undone.',
  footer: {
    example: 'clientfold quarantine remove msg_123',
    exitCodes: { 0: 'the delivery was removed', 1: 'there is no such delivery', 2: STORE_FAILED },
  },
}

const addDeliveryCommand = (
  group: Command,
  { name, summary, description, footer }: DeliveryCommand,
  setExitCode: SetExitCode,
): void => {
  group
    .command(name)
    .summary(summary)
    .description(description)
    .argument('<DELIVERY>', 'the id of the delivery')
    .addOption(storeOption())
    .addHelpText('after', helpFooter(footer))
    .action(async (id: string, options: StoreArguments) => {
      const run = (await import('./quarantine-run.js'))[name]
      setExitCode(await run(id)(options))
    })
}

/** `clientfold quarantine`. */
export const addQuarantine = (program: Command, setExitCode: SetExitCode): void => {
  const group = program
    .command('quarantine')
    .summary('list, show, retry or remove deliveries that could not be recorded')
    .description(
      'The quarantine of a store keeps webhook deliveries that are genuine but could not be recorded. They are kept exactly as received, so they may contain personal data.',
    )
    .addHelpText('after', '\nExample:\n  clientfold quarantine list')
  addList(group, setExitCode)
  addRetry(group, setExitCode)
  addDeliveryCommand(group, SHOW, setExitCode)
  addDeliveryCommand(group, REMOVE, setExitCode)
}
