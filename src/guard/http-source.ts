import type { ClientChange } from '../clients/client-change.js'
import { ForeignPosition } from '../event-store/store-error.js'
import type { Session } from '../events/session.js'
import { fitsInUrl } from '../events/url-id.js'
import { readEventStream } from './event-stream.js'
import type { SessionSource, SourceChange, SourceChangesQuery } from './session-source.js'

/** How long a request may take. */
const LONGEST_REQUEST_MS = 20_000

/** How often the server says that it has given everything. */
const HEARTBEAT_MS = 1000

/** A stream that is silent for so long is dead. */
const LONGEST_SILENCE_MS = 10_000

/** The most that the server answers at a time. */
const PAGE = 500

/** The guard has a clock of its own. */
const AS_RECORDED = 'recorded'

/** The answer of a server that is no answer to the question. */
const refusal = (path: string, status: number): Error => {
  if (status === 410) return new ForeignPosition()
  const advice =
    status === 401
      ? 'check secretKey'
      : 'check that url is the root of a server of clientfold, of this version or a later one'
  return new Error(`the server answered ${status} to GET ${path}: ${advice}`)
}

/** What the data of a message holds. */
type ChangeData = Pick<ClientChange, 'events'> & {
  readonly client_id: string | null
  readonly client_hash: string
}

/** The age in a comment such as `current 12`: how many milliseconds ago everything had been given. */
const ageIn = (comments: ReadonlyArray<string>): number | undefined => {
  const [, age] = /^current (\d+)$/.exec(comments[0] ?? '') ?? []
  return age === undefined ? undefined : Number(age)
}

/** Aborts when it was not wound up for too long. */
const startWatch = (milliseconds: number) => {
  const controller = new AbortController()
  const bark = (): void => {
    controller.abort(new Error(`the server was silent for ${milliseconds / 1000} s`))
  }
  let timer = setTimeout(bark, milliseconds)
  return {
    signal: controller.signal,
    windUp: () => {
      clearTimeout(timer)
      timer = setTimeout(bark, milliseconds)
    },
    stop: () => {
      clearTimeout(timer)
    },
  }
}

/** Reads sessions from a server: `clientfold serve`, or a handler of `clientfold/http`. */
export const createHttpSource = (url: string, secretKey: string): SessionSource => {
  const root = new URL(url).href.replace(/\/+$/, '')
  const ask = async (
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> => {
    const response = await fetch(`${root}${path}?${new URLSearchParams(query).toString()}`, {
      headers: { authorization: `Bearer ${secretKey}` },
      signal,
    })
    if (response.ok || response.status === 404) return response
    await response.body?.cancel()
    throw refusal(path, response.status)
  }
  const within = (signal: AbortSignal): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout(LONGEST_REQUEST_MS)])

  async function* changes(query: SourceChangesQuery): AsyncGenerator<SourceChange, void> {
    const { after, signal, onProgress } = query
    const watch = startWatch(LONGEST_SILENCE_MS)
    const ended = AbortSignal.any([watch.signal, ...(signal === undefined ? [] : [signal])])
    try {
      const asked = { heartbeat: String(HEARTBEAT_MS), ...(after !== undefined && { after }) }
      const { body, status } = await ask('/v1/changes', asked, ended)
      if (body === null || status === 404) throw refusal('/v1/changes', status)
      let position = after
      for await (const { id, data, comments } of readEventStream(body)) {
        watch.windUp()
        position = id ?? position
        const age = ageIn(comments)
        if (position !== undefined) {
          onProgress?.({ position, isCaughtUp: age !== undefined, age: age ?? 0 })
        }
        if (data === undefined || position === undefined) continue
        const { client_id, client_hash, events } = JSON.parse(data) as ChangeData
        yield { position, clientId: client_id, clientHash: client_hash, events }
        watch.windUp()
      }
      throw new Error('the server ended the stream of changes')
    } catch (error) {
      if (signal?.aborted !== true) throw error
    } finally {
      watch.stop()
    }
  }

  return {
    page: async ({ clientId, afterSession: last }, signal) => {
      const query = {
        ...{ limit: String(PAGE), at: AS_RECORDED },
        ...(clientId !== undefined && { client_id: clientId }),
        ...(last !== undefined && { after_session: `${last.created_at}.${last.id}` }),
      }
      const response = await ask('/v1/sessions', query, within(signal))
      if (response.status === 404) throw refusal('/v1/sessions', 404)
      return (await response.json()) as ReadonlyArray<Session>
    },
    session: async (sessionId, signal) => {
      // No request can name it.
      if (!fitsInUrl(sessionId)) return null
      const path = `/v1/sessions/${encodeURIComponent(sessionId)}`
      const response = await ask(path, { at: AS_RECORDED }, within(signal))
      if (response.status !== 404) return (await response.json()) as Session
      // Or its connection could not be used again.
      await response.body?.cancel()
      return null
    },
    contested: async (signal) => {
      const response = await ask('/v1/contested_sessions', {}, within(signal))
      if (response.status === 404) throw refusal('/v1/contested_sessions', 404)
      return (await response.json()) as ReadonlyArray<string>
    },
    changes,
  }
}
