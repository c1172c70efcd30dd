import { openClients } from '../clients/clients.js'
import type { DevicesQuery } from '../clients/devices-query.js'
import { deviceTable } from './device-table.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { apart, type ScreenArguments } from './screen-options.js'
import { screenOf } from './screen.js'
import { storeNameOf, type StoreArguments } from './store-url.js'

/** The arguments of `clientfold devices`. */
export interface DevicesArguments
  extends
    StoreArguments,
    ScreenArguments,
    Pick<DevicesQuery, 'at' | 'asOf' | 'knownAt' | 'impersonated'> {
  readonly current?: string
  readonly format: 'table' | 'json'
}

/** Runs `clientfold devices`, and answers its exit code. */
export const run = async (userId: string, options: DevicesArguments): Promise<number> => {
  const { screen, others } = apart(options)
  const { store: url, format, current: currentSessionId, ...view } = others
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
  await output.write(
    format === 'json'
      ? `${JSON.stringify(devices, null, 2)}\n`
      : deviceTable(devices, screenOf(screen)),
  )
  await output.done()
  return EXIT.ok
}
