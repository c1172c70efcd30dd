import type { Subject } from '../../../src/testing/index.js'
import { racingServer } from './http-handler.js'
import { byRanks, CORRECT, documented, handlerOf } from './plain-handler.js'
import { signedHandler } from './signed-handler.js'
import {
  cachingHandler,
  expiringHandler,
  forgetfulHandler,
  markingHandler,
  racingHandler,
  windowHandler,
} from './stored-handler.js'

/** Clerk sends more keys than it documents, and adds others. */
const KNOWN_KEYS = new Set(['object', 'type', 'timestamp', 'instance_id', 'event_attributes'])

/** Handlers with one fault each, by what is wrong with them. */
export const WRONG_HANDLERS: Readonly<Record<string, () => Subject>> = {
  'takes the first event of each session only': () =>
    handlerOf({
      isUsed: ({ data }, { rows }) => !rows.has((data as { readonly id?: string }).id ?? ''),
    }),
  'lets the last arrival win': () => handlerOf({ isNewer: () => true }),
  'takes ended for removed': () =>
    handlerOf({ isListed: ({ status }) => status !== 'removed' && status !== 'ended' }),
  'ignores revoked': () => handlerOf({ isUsed: ({ type }) => type !== 'session.revoked' }),
  'ignores expiry': () => handlerOf({ statusAt: ({ status }) => status }),
  'takes seconds for milliseconds': () =>
    handlerOf({
      rowOf: (payload) => {
        const session = documented(payload, (_key, value) => value)
        return { session, saidAt: Number(payload.timestamp ?? session.updated_at) }
      },
    }),
  'revives removed sessions': () =>
    handlerOf({ isNewer: byRanks('updated', 'said', 'severity', 'text') }),
  'takes activity for an update': () =>
    handlerOf({ isNewer: byRanks('stage', 'active', 'said', 'severity', 'text') }),
  'loses ties': () => handlerOf({ isNewer: byRanks('stage', 'updated') }),
  'shows the user': () =>
    handlerOf({
      rowOf: (payload) => {
        const row = CORRECT.rowOf(payload)
        const { user } = payload.data as { readonly user?: unknown }
        return user === undefined ? row : { ...row, session: Object.assign(row.session, { user }) }
      },
    }),
  'throws on unknown keys': () =>
    handlerOf({
      isUsed: ({ id: _id, data: _data, ...envelope }) => {
        const unknown = Object.keys(envelope).find((key) => !KNOWN_KEYS.has(key))
        if (unknown !== undefined) throw new TypeError(`unknown key: ${unknown}`)
        return true
      },
    }),
  'points to a session that is over': () => handlerOf({ candidates: (sessions) => sessions }),
  'lists in the order of arrival': () => {
    // A map keeps the order in which its keys were set first.
    const subject = handlerOf()
    const arrivals = new Map<string, number>()
    return {
      ...subject,
      deliver: (request) => {
        const { data } = JSON.parse(request.body) as { readonly data: { readonly id: string } }
        if (!arrivals.has(data.id)) arrivals.set(data.id, arrivals.size)
        return subject.deliver(request)
      },
      read: (clientId, at) => {
        const client = subject.read?.(clientId, at) as {
          readonly sessions: ReadonlyArray<{ readonly id: string }>
        } | null
        if (client === null) return null
        const place = ({ id }: { readonly id: string }): number => arrivals.get(id) ?? 0
        const sessions = [...client.sessions].sort((left, right) => place(left) - place(right))
        return { ...client, sessions, session_ids: sessions.map(({ id }) => id) }
      },
    }
  },
  'overwrites what came at the same moment': racingHandler,
  'loses everything in a restart': forgetfulHandler,
  'overwrites what came at the same moment, over HTTP and SQL': racingServer,
  'marks a delivery as done before it is written': markingHandler,
  'empties its cache before it writes': cachingHandler,
  'keeps as expired what was read as expired': expiringHandler,
  'accepts forged deliveries': () => signedHandler({ isSigned: () => true }),
  'accepts stale deliveries': () => signedHandler({ toleranceSeconds: Infinity }),
  'fails on what it cannot read': () => signedHandler({ unreadable: 500 }),
  'remembers 1 delivery': () => windowHandler(1),
  'remembers 20 deliveries': () => windowHandler(20),
  'remembers 1,000 deliveries': () => windowHandler(1000),
}
