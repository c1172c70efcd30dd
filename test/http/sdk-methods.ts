import { createClerkClient } from '@clerk/backend'
import type { Clients } from '../../src/clients/clients.js'
import { aHandler, listening, SECRET_KEY } from './given.js'

/** A request of Clerk's SDK, and how `serve` answered it. */
export interface SdkRequest {
  /** Such as `POST /v1/users/{id}/ban`. */
  readonly request: string
  readonly status: number
}

/** A method of Clerk's SDK, such as `users.banUser`, and the requests that it sends. */
export interface SdkMethod {
  readonly name: string
  readonly requests: ReadonlyArray<SdkRequest>
}

type AnyMethod = (...args: ReadonlyArray<unknown>) => unknown
type Apis = Readonly<Record<string, Readonly<Record<string, AnyMethod>>>>

const ID = 'id_1'

const isId = (key: string | symbol): boolean => /(Id|ID|Key)$/.test(String(key))

/** An object that has every id that a method can look for. */
const params = (): object => {
  const others: Readonly<Record<string, unknown>> = {
    ...{ proxyUrl: 'https://clerk.example.com', file: new Blob(['x']), to: { userId: ID } },
    machineSecretKey: SECRET_KEY,
  }
  return new Proxy(others, {
    has: (target, key) => key in target || isId(key),
    get: (target, key) =>
      typeof key === 'string' && key in target ? target[key] : isId(key) ? ID : undefined,
  })
}

/** Some methods take ids, some an object with ids, some a list. With too little they send nothing. */
const ARGUMENTS: ReadonlyArray<() => ReadonlyArray<unknown>> = [
  () => [ID, ID, params()],
  () => [ID, params()],
  () => [params()],
  () => [[params()]],
  () => [],
]

/** Not a part of the Backend API: it sends to another server. */
const OTHER_PARTS = new Set(['telemetry'])

/** The names of all methods: a new one in a new version of the SDK is found too. */
const methodNames = (apis: Apis): ReadonlyArray<readonly [api: string, method: string]> =>
  Object.entries(apis)
    .filter(([api, value]) => typeof value === 'object' && !OTHER_PARTS.has(api))
    .flatMap(([api, value]) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(value) as object)
        .filter((name) => name !== 'constructor')
        .map((name) => [api, name] as const),
    )

/** Calls every method of Clerk's SDK, against a handler that has these clients. */
export const callEveryMethod = async (clients: Clients): Promise<ReadonlyArray<SdkMethod>> => {
  const handler = aHandler(clients)
  const requestsByNumber = new Map<string, SdkRequest[]>()
  // Each method has a URL of its own, which says who sent a request.
  const url = await listening({
    fetch: async (request) => {
      const { pathname, search, origin } = new URL(request.url)
      const [, number = '', path = ''] = /^\/(\d+)(\/.*)$/.exec(pathname) ?? []
      const { method, headers } = request
      const body = method === 'GET' ? {} : { body: await request.arrayBuffer() }
      const own = new Request(`${origin}${path}${search}`, { method, headers, ...body })
      const response = await handler.fetch(own)
      const shown = `${method} ${path.replaceAll(ID, '{id}')}`
      requestsByNumber.get(number)?.push({ request: shown, status: response.status })
      return response
    },
  })
  const sdkAt = (apiUrl: string): Apis =>
    createClerkClient({ secretKey: SECRET_KEY, machineSecretKey: SECRET_KEY, apiUrl }) as never
  const methods: SdkMethod[] = []
  for (const [number, [api, method]] of methodNames(sdkAt(url)).entries()) {
    const requests: SdkRequest[] = []
    requestsByNumber.set(String(number), requests)
    const object = sdkAt(`${url}/${number}`)[api]
    for (const args of ARGUMENTS) {
      if (requests.length > 0) break
      await Promise.resolve()
        .then(() => object?.[method]?.(...args()))
        .catch(() => undefined)
    }
    methods.push({ name: `${api}.${method}`, requests })
  }
  return methods
}
