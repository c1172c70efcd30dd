import { learnVersion } from './learn.js'
import type { SessionSource } from './session-source.js'
import { tableKeyOf, type SessionTable, type TableKey } from './session-table.js'

/** How many lost sessions are remembered: beyond that, the first ones are forgotten. */
const MOST = 100_000

/** Sessions that were lost with their client. Another client can claim one of them too. */
export interface LostSessions {
  readonly add: (keys: ReadonlyArray<TableKey>) => void
  /** If the session is a lost one: asks the source about it once, and takes the answer into the table. */
  readonly ask: (sessionId: string, table: SessionTable) => void
}

/**
 * Remembers lost sessions. The table has no ids, so the source can be asked only when the session is checked
 * again.
 *
 * @param onFailure - receives a failure of the source; the next check asks again
 */
export const createLostSessions = (
  source: SessionSource,
  signal: AbortSignal,
  onFailure: (failure: unknown) => void,
): LostSessions => {
  const lost = new Set<TableKey>()
  let losses = 0
  const add = (keys: ReadonlyArray<TableKey>): void => {
    losses += 1
    for (const key of keys) {
      lost.add(key)
      const [oldest] = lost
      if (lost.size > MOST && oldest !== undefined) lost.delete(oldest)
    }
  }
  const learn = async (sessionId: string, table: SessionTable): Promise<void> => {
    for (;;) {
      const before = losses
      const session = await source.session(sessionId, signal)
      // What was erased meanwhile must not come back.
      if (before !== losses) continue
      if (session !== null) await learnVersion(table, session, source, signal)
      return
    }
  }
  return {
    add,
    ask: (sessionId, table) => {
      const key = tableKeyOf(sessionId)
      if (!lost.delete(key)) return
      learn(sessionId, table).catch((failure: unknown) => {
        lost.add(key)
        if (!signal.aborted) onFailure(failure)
      })
    },
  }
}
