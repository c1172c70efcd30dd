import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import type { Listed } from '../clients/listing.js'
import { jsonAnswer, notFound, type Answer } from './api-error.js'
import { readPage, readSessionFilter, readView, type PageQuery } from './read-query.js'

/** What an endpoint is asked. */
export interface Question {
  /** The id in the path; empty where the path has none. */
  readonly id: string
  readonly query: URLSearchParams
  /** Epoch milliseconds. */
  readonly now: number
}

/** An endpoint that reads. */
export type Endpoint = (question: Question) => Promise<Answer>

const listAnswer = ({ data, total }: Listed<unknown>, { isPaginated }: PageQuery): Answer =>
  jsonAnswer(200, 'ok', isPaginated ? { data, total_count: total } : data)

/** The endpoints of Clerk's Backend API that read clients and sessions, under their paths there. */
export const readEndpoints = (clients: Clients): Readonly<Record<string, Endpoint>> => ({
  '/v1/clients': async ({ query, now }) => {
    const view = readView(query, now)
    if (E.isLeft(view)) return view.left
    const page = readPage(query)
    if (E.isLeft(page)) return page.left
    return listAnswer(await clients.listClients(page.right, view.right), page.right)
  },
  '/v1/clients/{id}': async ({ id, query, now }) => {
    const view = readView(query, now)
    if (E.isLeft(view)) return view.left
    const client = await clients.get(id, view.right)
    return client === null ? notFound('A client of that id') : jsonAnswer(200, 'ok', client)
  },
  '/v1/sessions': async ({ query, now }) => {
    const view = readView(query, now)
    if (E.isLeft(view)) return view.left
    const page = readPage(query)
    if (E.isLeft(page)) return page.left
    const filter = readSessionFilter(query)
    if (E.isLeft(filter)) return filter.left
    const listed = await clients.listSessions(filter.right, page.right, view.right)
    return listAnswer(listed, page.right)
  },
  '/v1/sessions/{id}': async ({ id, query, now }) => {
    const view = readView(query, now)
    if (E.isLeft(view)) return view.left
    const session = await clients.session(id, view.right)
    return session === null ? notFound('A session of that id') : jsonAnswer(200, 'ok', session)
  },
})
