import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Database from 'libsql'
import type { JsonObject } from '../../../src/events/json.js'
import { urlSubject, type Subject } from '../../../src/testing/index.js'
import { reducerOf, type Kept, type Row } from './plain-handler.js'

const { initialState, evolve, toClient } = reducerOf()

/** What a handler keeps of a client, as a row of a database. */
const textOf = (kept: Kept): string => JSON.stringify({ ...kept, rows: [...kept.rows] })

const keptOf = (row: string | undefined): Kept => {
  if (row === undefined) return initialState()
  const { rows, ...bounds } = JSON.parse(row) as Kept & {
    readonly rows: ReadonlyArray<[string, Row]>
  }
  return { ...bounds, rows: new Map(rows) }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

/** Answers over HTTP from a table of SQL, which it reads, changes and writes in no transaction. */
const startServer = async (): Promise<Server> => {
  const database = new Database(':memory:')
  database.exec('create table client (id text primary key, kept text not null)')
  const select = database.prepare('select kept from client where id = ?')
  const upsert = database.prepare('insert or replace into client values (?, ?)')
  const read = (id: string): Kept =>
    keptOf((select.get(id) as { readonly kept: string } | undefined)?.kept)

  const receive = async (request: IncomingMessage): Promise<string> => {
    const payload = JSON.parse(await text(request)) as JsonObject
    const clientId = (payload.data as { readonly client_id: string }).client_id
    const kept = read(clientId)
    await turn()
    upsert.run(clientId, textOf(evolve(kept, payload)))
    return '{}'
  }
  const answer = async (request: IncomingMessage): Promise<string> => {
    if (request.method === 'POST') return receive(request)
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const at = Number(searchParams.get('at'))
    return JSON.stringify(toClient(read(searchParams.get('id') ?? ''), at))
  }
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.end(body),
      () => response.writeHead(500).end(),
    )
  })
  server.once('close', () => database.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** A server on a database, in which one of two deliveries at the same moment is lost. */
export const racingServer = (): Subject => {
  let server: Server | undefined
  let subject: Subject | undefined
  return {
    open: async () => {
      server = await startServer()
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      subject = urlSubject({ url: `${origin}/webhooks`, read: `${origin}/?id={id}&at={at}` })
    },
    deliver: (request) => subject?.deliver(request),
    read: (clientId, at) => subject?.read?.(clientId, at),
    close: async () => {
      server?.closeAllConnections()
      await new Promise((resolve) => server?.close(resolve))
    },
  }
}
