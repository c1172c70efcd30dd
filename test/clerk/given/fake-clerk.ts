import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll } from 'vitest'
import type { Clients } from '../../../src/clients/clients.js'
import { aHandler } from '../../http/given.js'

/** A user of the fake Clerk; times are epoch milliseconds. */
export interface FakeUser {
  readonly id: string
  readonly created_at: number
  readonly last_active_at: number
}

/** How the fake Clerk fails a request, in the place of an answer. */
export type Failure =
  | { readonly status: number; readonly retryAfter?: string }
  /** Closes the connection, before the answer or in the middle of it. */
  | 'cut'
  | 'cut in the answer'

/** Which requests fail: they are counted from 1. Undefined lets the request pass. */
export type Failing = (count: number, path: string) => Failure | undefined

export interface FakeClerk {
  readonly url: string
  /** Path and query of each request. */
  readonly requests: ReadonlyArray<string>
  /** The users; a test may change them while the server runs. */
  readonly users: FakeUser[]
}

/** How the fake Clerk answers. */
export interface FakeClerkOptions {
  /** What it knows of sessions and clients: the read API answers from it. */
  readonly truth: Clients
  readonly users: ReadonlyArray<FakeUser>
  readonly failing?: Failing
  /** True if the bounds of `GET /v1/users` include their moment: Clerk does not say. */
  readonly isInclusive?: boolean
  /** The longest page of users, if it is below the documented 500. */
  readonly longestPage?: number
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const compare = (left: FakeUser, right: FakeUser): number =>
  left.created_at - right.created_at || (left.id < right.id ? -1 : 1)

const usersPage = (
  users: ReadonlyArray<FakeUser>,
  query: URLSearchParams,
  { isInclusive = false, longestPage = 500 }: FakeClerkOptions,
): ReadonlyArray<FakeUser> => {
  if (query.get('order_by') !== '+created_at') throw new Error('this order is not implemented')
  const isAfter = (time: number, name: string): boolean => {
    const bound = query.get(name)
    return bound === null || (isInclusive ? time >= Number(bound) : time > Number(bound))
  }
  const offset = Number(query.get('offset') ?? 0)
  const limit = Math.min(Number(query.get('limit') ?? 10), longestPage)
  return users
    .filter((user) => isAfter(user.created_at, 'created_at_after'))
    .filter((user) => isAfter(user.last_active_at, 'last_active_at_after'))
    .sort(compare)
    .slice(offset, offset + limit)
}

const sendFailure = (failure: Failure, outgoing: ServerResponse): void => {
  if (failure === 'cut') outgoing.destroy()
  else if (failure === 'cut in the answer') {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    outgoing.write('{"data":[', () => outgoing.destroy())
  } else {
    const { status, retryAfter } = failure
    outgoing.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter })
    outgoing.end('{"errors":[]}')
  }
}

/** Starts a server on loopback in the place of Clerk's Backend API: users, and a read API behind them. */
export const startFakeClerk = async (options: FakeClerkOptions): Promise<FakeClerk> => {
  const handler = getRequestListener(aHandler(options.truth).fetch, {
    overrideGlobalObjects: false,
  })
  const users = [...options.users]
  const requests: string[] = []
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const path = incoming.url ?? ''
    requests.push(path)
    const failure = options.failing?.(requests.length, path)
    if (failure !== undefined) {
      sendFailure(failure, outgoing)
      return
    }
    const { pathname, searchParams } = new URL(path, 'http://localhost')
    const send = (value: unknown) => outgoing.end(JSON.stringify(value))
    if (pathname === '/v1/users') send(usersPage(users, searchParams, options))
    else if (pathname === '/v1/users/count') send({ total_count: users.length })
    else void handler(incoming, outgoing)
  }
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, users }
}
