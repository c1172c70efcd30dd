import { openClients } from '../clients/clients.js'
import type { Question } from '../clients/question.js'
import type { SessionStatus } from '../events/session.js'
import { LAST_TIME } from '../events/time-limits.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { countOf } from './reduction-report.js'
import { apart, type ScreenArguments } from './screen-options.js'
import { screenOf } from './screen.js'
import { sessionTable } from './session-table.js'
import { storeNameOf, type StoreArguments } from './store-url.js'

/** The arguments of `clientfold sessions`. */
export interface SessionsArguments
  extends StoreArguments, ScreenArguments, Pick<Question, 'at' | 'asOf' | 'knownAt'> {
  readonly status?: SessionStatus
  readonly format: 'table' | 'json'
}

const damageOf = (clients: number): string =>
  `left out because of damaged records: ${countOf(clients, 'client')} of this user; clientfold check names them\n`

/** Runs `clientfold sessions`, and answers its exit code. */
export const run = async (userId: string, options: SessionsArguments): Promise<number> => {
  const { screen, others } = apart(options)
  const { store: url, format, ...query } = others
  const { data: sessions, damaged = 0 } = await withStore(
    url,
    { mustExist: true, readOnly: true },
    // With a moment, only the events of the user's clients are read, and no views are written.
    (store) => openClients({ store }).sessions({ knownAt: LAST_TIME, userId, ...query }),
  )
  if (damaged > 0) process.stderr.write(damageOf(damaged))
  if (sessions.length === 0 && damaged === 0) {
    process.stderr.write(
      `${storeNameOf(url)} has no such session of this user; check the id, --store and the other options\n`,
    )
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(
    format === 'json'
      ? `${JSON.stringify(sessions, null, 2)}\n`
      : sessionTable(sessions, screenOf(screen)),
  )
  await output.done()
  return damaged === 0 ? EXIT.ok : EXIT.refused
}
