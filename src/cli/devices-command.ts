import { Option, type Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { DevicesQuery } from '../clients/devices-query.js'
import type { Device } from '../projections/devices.js'
import { deviceTable } from './device-table.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'
import { addMomentOptions, TIME_HELP } from './moment-options.js'

interface DevicesArguments
  extends StoreArguments, Pick<DevicesQuery, 'at' | 'asOf' | 'knownAt' | 'impersonated'> {
  readonly current?: string
  readonly format: 'table' | 'json'
}

const rendered = (devices: ReadonlyArray<Device>, format: DevicesArguments['format']): string =>
  format === 'json' ? `${JSON.stringify(devices, null, 2)}\n` : deviceTable(devices)

const run = async (userId: string, options: DevicesArguments): Promise<number> => {
  const { store: url, format, current: currentSessionId, ...view } = options
  const devices = await withStore(url, { mustExist: true, readOnly: true }, (store) =>
    openClients({ store }).devices(userId, { ...view, currentSessionId }),
  )
  if (devices.length === 0) {
    process.stderr.write(
      `${storeNameOf(url)} has no such device of this user; check the id, --store and the other options\n`,
    )
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(rendered(devices, format))
  await output.done()
  return EXIT.ok
}

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
    .addOption(
      new Option('--format <FORMAT>', 'the format of the list')
        .choices(['table', 'json'])
        .default('table'),
    )
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
      setExitCode(await run(userId, options))
    })
}
