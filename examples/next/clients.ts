import { openClients, type Clients } from 'clientfold'
import { openPostgresStore } from 'clientfold/postgres'

/** Kept outside of the modules, which Next loads again while you develop. */
const kept = globalThis as { clientfold?: Promise<Clients> | undefined }

const open = async (): Promise<Clients> =>
  openClients({ store: await openPostgresStore(process.env.DATABASE_URL ?? '') })

/** The first request opens them. If that fails, the next request tries again. */
export const presentClients = (): Promise<Clients> => {
  kept.clientfold ??= open().catch((error: unknown) => {
    kept.clientfold = undefined
    throw error
  })
  return kept.clientfold
}
