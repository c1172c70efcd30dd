import type { ChangesProgress, ChangesQuery, ClientChange } from '../clients/client-change.js'
import type { Session } from '../events/session.js'

/** A client that changed, as far as a guard needs to know it. */
export type SourceChange = Pick<
  ClientChange,
  'position' | 'clientId' | 'clientHash' | 'before' | 'events'
>

/** From where on to read changes, and how the reading reports how far it is. */
export interface SourceChangesQuery extends Pick<
  ChangesQuery,
  'after' | 'signal' | 'onDamage' | 'onFailure'
> {
  readonly onProgress?: (
    progress: ChangesProgress & {
      /** How many milliseconds ago the store was looked at; 0 unless given. */
      readonly age?: number
    },
  ) => void
}

/** Where a guard reads sessions, with their statuses as recorded. */
export interface SessionSource {
  /** A page of the sessions of all clients, or of one: those after a session. Empty at the end. */
  readonly page: (
    query: { readonly clientId?: string; readonly afterSession?: Session },
    signal: AbortSignal,
  ) => Promise<ReadonlyArray<Session>>
  readonly session: (sessionId: string, signal: AbortSignal) => Promise<Session | null>
  /** See `Clients.changes`. It ends at the signal only, and rejects with every failure that it does not outlive. */
  readonly changes: (query: SourceChangesQuery) => AsyncIterable<SourceChange>
}

/** All sessions of a source, or those of one client, in pages. */
export async function* pagesIn(
  source: SessionSource,
  query: { readonly clientId?: string },
  signal: AbortSignal,
): AsyncGenerator<ReadonlyArray<Session>, void> {
  let afterSession: Session | undefined
  do {
    const page = await source.page({ ...query, ...(afterSession && { afterSession }) }, signal)
    yield page
    afterSession = page.at(-1)
  } while (afterSession !== undefined)
}
