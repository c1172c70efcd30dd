import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import type { ListPage, ListQuery } from '../clients/query.js'
import type { Question } from '../clients/question.js'
import { isTravelling } from '../projections/client-query.js'
import { jsonAnswer, notFound, type Answer } from './api-error.js'
import {
  readDevicesQuery,
  readListQuery,
  readNoParameters,
  readSessionsQuery,
  readQuestion,
  type ListRequest,
} from './read-query.js'

/** A request of a reader, after its secret key was checked. */
export interface ReadRequest {
  /** The id in the path; empty if the path has no id. */
  readonly id: string
  readonly query: URLSearchParams
}

/** An endpoint that reads. */
export type Endpoint = (request: ReadRequest) => Promise<Answer>

const listAnswer = (
  { data, totalCount, damaged }: ListPage<unknown>,
  { isPaginated }: ListRequest<ListQuery>,
): Answer => {
  const answer = jsonAnswer(200, 'ok', isPaginated ? { data, total_count: totalCount } : data)
  return damaged === undefined
    ? answer
    : { ...answer, headers: { 'clientfold-damaged-records': String(damaged) } }
}

const missing = (kind: 'client' | 'session', question: Question): Answer =>
  notFound(
    isTravelling(question)
      ? `No ${kind} had this id at that moment. Leave out as_of and known_at to read the present.`
      : `No ${kind} has this id.`,
  )

/**
 * The endpoints of Clerk's Backend API that read clients and sessions, by their paths there. Clerk has none for the
 * devices of a user and for the ids of the sessions that several clients claim.
 */
export const createReadEndpoints = (clients: Clients): Readonly<Record<string, Endpoint>> => ({
  '/v1/clients': async ({ query }) => {
    const request = readListQuery(query)
    if (E.isLeft(request)) return request.left
    return listAnswer(await clients.list(request.right.query), request.right)
  },
  '/v1/clients/{id}': async ({ id, query }) => {
    const question = readQuestion(query)
    if (E.isLeft(question)) return question.left
    const client = await clients.get(id, question.right)
    return client === null ? missing('client', question.right) : jsonAnswer(200, 'ok', client)
  },
  '/v1/sessions': async ({ query }) => {
    const request = readSessionsQuery(query)
    if (E.isLeft(request)) return request.left
    return listAnswer(await clients.sessions(request.right.query), request.right)
  },
  '/v1/sessions/{id}': async ({ id, query }) => {
    const question = readQuestion(query)
    if (E.isLeft(question)) return question.left
    const session = await clients.session(id, question.right)
    return session === null ? missing('session', question.right) : jsonAnswer(200, 'ok', session)
  },
  '/v1/contested_sessions': async ({ query }) => {
    const asked = readNoParameters(query)
    if (E.isLeft(asked)) return asked.left
    return jsonAnswer(200, 'ok', await clients.views.contestedSessions())
  },
  '/v1/users/{id}/devices': async ({ id, query }) => {
    const devices = readDevicesQuery(query)
    if (E.isLeft(devices)) return devices.left
    return jsonAnswer(200, 'ok', await clients.devices(id, devices.right))
  },
})
