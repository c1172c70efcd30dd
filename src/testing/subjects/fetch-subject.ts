import type { DeliveryRequest, Subject } from './subject.js'

/** A handler of web-standard requests, and how its Clients are read. */
export interface FetchSubjectOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** The URL of the webhook endpoint. */
  readonly url: string
  /** The signing secret of the endpoint, `whsec_…`. */
  readonly secret?: string | undefined
  /**
   * Where the documented Client is read: a URL with `{id}`, and `{at}` for the clock in epoch milliseconds,
   * or a function. Without `{at}` the Client is read by the system's clock. 404 means that it does not exist.
   */
  readonly read?: string | Subject['read']
  /** The headers of reading requests, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly restart?: Subject['restart']
}

const deliveryOf = (url: string, { headers, body }: DeliveryRequest): Request =>
  new Request(url, { method: 'POST', headers, body, redirect: 'manual' })

const readingOf =
  ({ fetch, headers = {} }: FetchSubjectOptions, template: string) =>
  async (clientId: string, at?: number): Promise<unknown> => {
    const url = template
      .replaceAll('{id}', encodeURIComponent(clientId))
      .replaceAll('{at}', String(at ?? Date.now()))
    const response = await fetch(new Request(url, { headers, redirect: 'manual' }))
    const text = await response.text()
    if (response.status === 404) return null
    if (!response.ok) throw new Error(`a reading request was answered ${response.status}`)
    return JSON.parse(text) as unknown
  }

/**
 * A subject that is a web-standard handler: no port is opened.
 *
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createHandler } from 'clientfold/http'
 * import { assertLaws, fetchSubject } from 'clientfold/testing'
 * const secret = 'whsec_C2FVsBQIhrscChlQIBHh9jzUhDjvHGVF'
 * const clients = openClients({ store: openMemoryStore() })
 * const { fetch } = createHandler({ clients, signingSecrets: secret })
 * const read = (id: string, at?: number) => clients.get(id, { at })
 * await assertLaws(fetchSubject({ fetch, url: 'http://localhost/webhooks/clerk', secret, read }), {
 *   numRuns: 10,
 * })
 */
export const fetchSubject = (options: FetchSubjectOptions): Subject => {
  const { fetch, url, secret, read, restart } = options
  return {
    deliver: async (request) => {
      const response = await fetch(deliveryOf(url, request))
      // A connection is free for the next request once the body was read.
      await response.text()
      return { status: response.status }
    },
    ...(read === undefined
      ? {}
      : { read: typeof read === 'string' ? readingOf(options, read) : read }),
    ...(restart === undefined ? {} : { restart }),
    secret,
    clock: typeof read === 'string' && !read.includes('{at}') ? 'now' : 'at',
  }
}

/**
 * A subject that is a running server, in any language.
 *
 * @example
 * import { urlSubject } from 'clientfold/testing'
 * const subject = urlSubject({
 *   url: 'http://127.0.0.1:8787/webhooks/clerk',
 *   secret: 'whsec_C2FVsBQIhrscChlQIBHh9jzUhDjvHGVF',
 *   read: 'http://127.0.0.1:8787/v1/clients/{id}?at={at}',
 *   headers: { authorization: 'Bearer sk_any_word_that_you_choose' },
 * })
 * subject.clock // => 'at'
 */
export const urlSubject = (options: Omit<FetchSubjectOptions, 'fetch'>): Subject =>
  fetchSubject({ ...options, fetch: (request) => fetch(request) })
