import type { ChangesQuery, ClientChange } from '../clients/client-change.js'
import type { Session } from '../events/session.js'
import { fitsInUrl } from '../events/url-id.js'

/** A client that changed, as far as a guard needs to know it. */
export type SourceChange = Pick<ClientChange, 'position' | 'clientId' | 'clientHash' | 'events'>

/** From where on to read changes, and how the reading reports how far it is. */
export type SourceChangesQuery = Pick<
  ChangesQuery,
  'after' | 'signal' | 'onDamage' | 'onFailure' | 'onProgress'
>

/** Where a guard reads sessions, with their statuses as recorded. */
export interface SessionSource {
  /** A page of the sessions of all clients, or of one: those after a session. Empty at the end. */
  readonly page: (
    query: { readonly clientId?: string; readonly afterSession?: Session },
    signal: AbortSignal,
  ) => Promise<ReadonlyArray<Session>>
  /** A session. Null if it does not exist, or if no request can name it. */
  readonly session: (sessionId: string, signal: AbortSignal) => Promise<Session | null>
  /** The ids of the sessions that several clients claim. */
  readonly contested: (signal: AbortSignal) => Promise<ReadonlyArray<string>>
  /** See `Clients.changes`. It ends at the signal only, and rejects with every failure that it does not outlive. */
  readonly changes: (query: SourceChangesQuery) => AsyncIterable<SourceChange>
}

/** The last session of a page after which a request can ask for more. */
export const lastIn = (page: ReadonlyArray<Session>): Session | undefined =>
  page.findLast(({ id }) => fitsInUrl(id))

/**
 * All sessions of a source, or those of one client, in pages. The next page is requested before the present one
 * is taken in.
 *
 * @param after - the session after which to go on
 */
export async function* pagesIn(
  source: SessionSource,
  query: { readonly clientId?: string },
  signal: AbortSignal,
  after?: Session,
): AsyncGenerator<ReadonlyArray<Session>, void> {
  const pageAfter = (last: Session | undefined): Promise<ReadonlyArray<Session>> => {
    const page = source.page({ ...query, ...(last && { afterSession: last }) }, signal)
    // Its failure is thrown when the page is awaited, unless the reading ends before.
    page.catch(() => undefined)
    return page
  }
  let last: Session | undefined
  let next = pageAfter(after)
  do {
    const page = await next
    last = lastIn(page)
    if (last !== undefined) next = pageAfter(last)
    yield page
  } while (last !== undefined)
}
