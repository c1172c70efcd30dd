import type { Clients } from '../clients/clients.js'
import type { SessionSource } from './session-source.js'

/** How many sessions are read at a time. */
const PAGE = 1000

/** A moment before every session: at it, statuses read as recorded. */
const AS_RECORDED = -1

/** Reads sessions from the clients of this process. */
export const createClientsSource = (clients: Clients): SessionSource => ({
  page: async (query) => (await clients.sessions({ ...query, limit: PAGE, at: AS_RECORDED })).data,
  session: (sessionId) => clients.session(sessionId, { at: AS_RECORDED }),
  changes: (query) => clients.changes(query),
})
