import { clientHashOf } from '../../event-store/client-hash.js'
import { parseEvent } from '../../events/decode-event.js'
import { eventIdentity } from '../../events/encode-event.js'
import { isRight } from 'fp-ts/lib/Either.js'
import { tombstoneOf } from '../kit/storage-key.js'
import { readClientMessages, type Log } from './log.js'
import { lastRevisionOf } from './message.js'
import { noteOf } from './notes.js'
import { tokenOfId } from './subjects.js'

/** The texts of a client's events, by their ids. */
export type TextsById = ReadonlyMap<string, string>

/**
 * What an append has to know of a client. It is true as long as nothing else is written to the client's
 * subject, and a write that expects `lastSeq` proves that. So it can be kept from one append to the next.
 */
export interface ClientState {
  readonly token: string
  /** The place of the last message of the client; 0 for none. */
  lastSeq: number
  /** The revision of the last event; 0 for none. */
  revision: number
  readonly horizon: number
  /** The links that are written. */
  readonly links: Set<string>
  /** The moments of the tombstones that were looked up; null for one that the store does not hold. */
  readonly moments: Map<string, number | null>
  /** The client's own events, where they were read. */
  readonly texts: Map<string, string> | null
}

const readTexts = async (log: Log, token: string): Promise<Map<string, string>> => {
  const { events } = await readClientMessages(log, token)
  return new Map(
    events.flatMap(({ text, problem }) => {
      const event = problem === undefined ? parseEvent(text) : undefined
      return event !== undefined && isRight(event)
        ? [[eventIdentity(event.right), text] as const]
        : []
    }),
  )
}

/** The moment of a tombstone; null if the store does not hold it. */
export const readMoment = async ({ notes }: Log, tombstone: string): Promise<number | null> => {
  const note = await notes.read(`t.${tombstone}`)
  return note === undefined ? null : noteOf(note).number
}

/** The revision up to which a client may have holes. */
export const readHorizon = async ({ notes }: Log, clientHash: string): Promise<number> => {
  const note = await notes.read(`h.${clientHash}`)
  return note === undefined ? 0 : noteOf(note).number
}

/**
 * Reads the state of a client.
 *
 * @param needsTexts - whether the client's own events have to be read
 */
export const readClientState = async (
  log: Log,
  clientId: string,
  needsTexts: boolean,
): Promise<ClientState> => {
  const token = tokenOfId(clientId)
  // First of all: what is read after it is true if a write that expects this message succeeds.
  const last = await log.connection.lastOn(log.stream, log.subjects.client(token))
  const tombstone = tombstoneOf('client', clientId)
  const [horizon, moment] = await Promise.all([
    readHorizon(log, clientHashOf(clientId)),
    readMoment(log, tombstone),
  ])
  return {
    token,
    lastSeq: last?.seq ?? 0,
    revision: last === undefined ? 0 : lastRevisionOf(last),
    horizon,
    links: new Set(),
    moments: new Map([[tombstone, moment]]),
    // Of a client with holes, the server knows ids that are gone, and no ids of rewritten events.
    texts: needsTexts || horizon > 0 ? await readTexts(log, token) : null,
  }
}

const MOST_CLIENTS = 20_000
const MOST_TEXTS = 50_000

/** The states of clients that were written to lately. */
export class ClientStates {
  readonly #states = new Map<string, { readonly state: ClientState; readonly texts: number }>()
  #texts = 0

  get(clientId: string): ClientState | undefined {
    return this.#states.get(clientId)?.state
  }

  /** Keeps the state of a client as the latest one. */
  set(clientId: string, state: ClientState): void {
    this.delete(clientId)
    const texts = state.texts?.size ?? 0
    this.#states.set(clientId, { state, texts })
    this.#texts += texts
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= MOST_CLIENTS && this.#texts <= MOST_TEXTS) break
      this.delete(oldest)
    }
  }

  delete(clientId: string): void {
    this.#texts -= this.#states.get(clientId)?.texts ?? 0
    this.#states.delete(clientId)
  }
}
