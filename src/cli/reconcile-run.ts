import { openClients } from '../clients/clients.js'
import { createClerkApi } from '../clerk/clerk-api.js'
import { reconcile, type ReconcileOutcome } from '../clerk/reconcile.js'
import { clerkApiUrlOf, clerkSecretKeyOf } from './clerk-access.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import {
  agrees,
  countClient,
  createTotals,
  driftLine,
  driftTable,
  totalsSentence,
} from './reconcile-report.js'
import type { ScreenArguments } from './screen-options.js'
import { screenOf } from './screen.js'
import type { StoreArguments } from './store-url.js'

/** The arguments of `clientfold reconcile`. */
export interface ReconcileArguments extends StoreArguments, ScreenArguments {
  readonly apiUrl?: string
  readonly user?: ReadonlyArray<string>
  readonly client?: ReadonlyArray<string>
  readonly dryRun?: true
  readonly format: 'ndjson' | 'table'
}

/** Runs `clientfold reconcile`, and answers its exit code. */
export const run = async (options: ReconcileArguments): Promise<number> => {
  const { store: url, apiUrl, dryRun: isDryRun = false, format } = options
  const chosen = {
    ...(options.user && { userIds: options.user }),
    ...(options.client && { clientIds: options.client }),
  }
  const api = createClerkApi({
    secretKey: clerkSecretKeyOf(process.env),
    apiUrl: clerkApiUrlOf(apiUrl),
  })
  const totals = createTotals()
  const output = standardOutput()
  await withStore(url, { mustExist: true }, async (store) => {
    const rows: ReconcileOutcome[] = []
    const clients = openClients({ store })
    for await (const each of reconcile({ clients, api, isDryRun, ...chosen })) {
      countClient(totals, each)
      if (agrees(each)) continue
      if (format === 'table') rows.push(each)
      else await output.write(driftLine(each))
    }
    if (rows.length > 0) await output.write(driftTable(rows, screenOf(options)))
  })
  await output.write(
    format === 'table' ? totalsSentence(totals) : `${JSON.stringify({ total: totals })}\n`,
  )
  await output.done()
  return totals.unclear === 0 ? EXIT.ok : EXIT.refused
}
