import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { tooManyStreams, unavailable, type Answer } from './api-error.js'
import { openChangeStream, type ChangeStreamSettings } from './change-stream.js'
import { readChangesQuery } from './read-query.js'

/** Settings of the streams of changes that a handler has open. */
export interface ChangesSettings extends ChangeStreamSettings {
  /** How many streams may be open at the same time. */
  readonly maxStreams: number
}

/** A request for a stream of changes, after its secret key was checked. */
export interface ChangesRequest {
  readonly query: URLSearchParams
  readonly headers: Headers
  /** HEAD wants the headers only. */
  readonly isHead: boolean
  /** Cuts the connection of a receiver that takes nothing. */
  readonly cut: () => void
}

/** The endpoint of `GET /v1/changes`. */
export interface ChangesEndpoint {
  readonly answer: (request: ChangesRequest) => Promise<Answer>
  /** Ends all streams. From then on the endpoint opens no other one. */
  readonly close: () => void
}

const HEADERS = {
  'content-type': 'text/event-stream',
  // Or nginx would collect the changes before it passes them on.
  'x-accel-buffering': 'no',
}

/** Creates the endpoint. */
export const createChangesEndpoint = (
  clients: Clients,
  { maxStreams, ...settings }: ChangesSettings,
): ChangesEndpoint => {
  const ends = new Set<() => void>()
  let opening = 0
  let isClosed = false
  const closed = (): boolean => isClosed

  const open = async (
    question: Parameters<typeof openChangeStream>[1],
    cut: () => void,
  ): Promise<Answer> => {
    if (closed()) return unavailable(new StoreUnavailable('closed', 'the server is stopping'))
    if (ends.size + opening >= maxStreams) return tooManyStreams(maxStreams)
    opening += 1
    try {
      const stream = await openChangeStream(clients, question, settings, cut)
      ends.add(stream.end)
      stream.signal.addEventListener('abort', () => ends.delete(stream.end))
      if (closed()) stream.end()
      return { status: 200, outcome: 'streaming', body: stream.body, headers: HEADERS }
    } finally {
      opening -= 1
    }
  }

  return {
    answer: async ({ query, headers, isHead, cut }) => {
      const question = readChangesQuery(query)
      if (E.isLeft(question)) return question.left
      if (isHead) return { status: 200, outcome: 'ok', body: null, headers: HEADERS }
      // A receiver that connects again sends the URL of its beginning, and the position that it reached.
      const after = headers.get('last-event-id') ?? question.right.after
      return open({ ...question.right, ...(after !== undefined && after !== '' && { after }) }, cut)
    },
    close: () => {
      isClosed = true
      for (const end of [...ends]) end()
    },
  }
}
