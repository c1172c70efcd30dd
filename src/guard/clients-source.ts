import type { Clients } from '../clients/clients.js'
import type { SessionSource } from './session-source.js'

/** How many sessions are read at a time. */
const PAGE = 1000

/** The guard has a clock of its own. */
const AS_RECORDED = 'recorded'

/** Reads sessions from the clients of this process. */
export const createClientsSource = (clients: Clients): SessionSource => ({
  page: async (query) => (await clients.sessions({ ...query, limit: PAGE, at: AS_RECORDED })).data,
  session: (sessionId) => clients.session(sessionId, { at: AS_RECORDED }),
  contested: () => clients.views.contestedSessions(),
  changes: (query) => clients.changes(query),
})
