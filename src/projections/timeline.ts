import { compareVersions, type SessionVersion } from '../domain/state.js'
import { isLive } from '../domain/status.js'
import { knownSince, type ClientEvent } from '../events/client-event.js'
import { compareOldestFirst, compareValues } from '../events/order.js'
import type { Session, SessionStatus } from '../events/session.js'
import { statusAt } from './session.js'
import { clientSources, type Source } from './version-sources.js'

/** A time during which a session had one status. Times are epoch milliseconds. */
export interface StatusSpan {
  readonly status: SessionStatus
  readonly from: number
  /** When the next span begins; null if no span follows. */
  readonly to: number | null
  /** True if the clock gives the status: no event says so. */
  readonly isDerived: boolean
}

/**
 * What an event did to a session when it became known: `new` is the first event of the session, `changed` beat
 * what was known, `late` lost against what was known already, and `duplicate` said the same again.
 */
export type EventEffect = 'new' | 'changed' | 'late' | 'duplicate'

/** An event on the lane of a session. Times are epoch milliseconds. */
export interface TimelineMark {
  /** The place of the event among the events that were given. */
  readonly place: number
  readonly type: ClientEvent['type']
  /** The `updated_at` of the session in this event: from then on it was true. */
  readonly updated: number
  /** When the event was said. */
  readonly said: number
  /** When the event became known. */
  readonly known: number
  readonly status: SessionStatus
  readonly effect: EventEffect
}

/** The life of one session. Times are epoch milliseconds. */
export interface TimelineLane {
  readonly clientId: string
  readonly sessionId: string
  readonly userId: string
  /** True if another person acts as the user. */
  readonly isImpersonated: boolean
  readonly created_at: number
  readonly last_active_at: number
  /** What is known about its status at each moment, from the first `updated_at` on. Without gaps. */
  readonly spans: ReadonlyArray<StatusSpan>
  /** In the order in which the events became known. */
  readonly marks: ReadonlyArray<TimelineMark>
}

/** The sessions of some events, oldest first by creation, then by id. */
export type Timeline = ReadonlyArray<TimelineLane>

/** The statuses of one version from a moment on: as recorded, then by the clock. */
const spansOfVersion = (session: Session, from: number, to: number | null): StatusSpan[] => {
  const { expire_at, abandon_at, status: recorded } = session
  const cuts = isLive(recorded)
    ? [expire_at, abandon_at].filter((cut) => cut > from && (to === null || cut < to))
    : []
  const starts = [from, ...cuts.sort(compareValues)]
  return starts.map((start, index) => {
    const status = statusAt(session, start)
    return { status, from: start, to: starts[index + 1] ?? to, isDerived: status !== recorded }
  })
}

/** Joins spans that follow each other and have the same status. */
const joined = (spans: ReadonlyArray<StatusSpan>): ReadonlyArray<StatusSpan> =>
  spans.reduce<StatusSpan[]>((all, span) => {
    const last = all.at(-1)
    if (last?.status === span.status && last.isDerived === span.isDerived) {
      all[all.length - 1] = { ...last, to: span.to }
    } else all.push(span)
    return all
  }, [])

const spansOf = (versions: ReadonlyArray<SessionVersion>): ReadonlyArray<StatusSpan> => {
  const byUpdate = [...versions].sort((left, right) =>
    compareValues(left.session.updated_at, right.session.updated_at),
  )
  const steps: Array<{ readonly from: number; readonly session: Session }> = []
  let greatest: SessionVersion | undefined
  for (const version of byUpdate) {
    if (greatest !== undefined && compareVersions(greatest, version) >= 0) continue
    greatest = version
    const from = version.session.updated_at
    if (steps.at(-1)?.from === from) steps.pop()
    steps.push({ from, session: version.session })
  }
  return joined(
    steps.flatMap(({ from, session }, index) =>
      spansOfVersion(session, from, steps[index + 1]?.from ?? null),
    ),
  )
}

const effectOf = (known: SessionVersion | undefined, version: SessionVersion): EventEffect => {
  if (known === undefined) return 'new'
  const order = compareVersions(version, known)
  return order > 0 ? 'changed' : order < 0 ? 'late' : 'duplicate'
}

const marksOf = (
  sources: ReadonlyArray<Source<SessionVersion>>,
  events: ReadonlyArray<ClientEvent>,
): ReadonlyArray<TimelineMark> => {
  const said = sources
    .flatMap(({ value: version, places }) =>
      places.flatMap((place) => {
        const event = events[place]
        return event === undefined ? [] : [{ version, place, event, known: knownSince(event) }]
      }),
    )
    .sort((left, right) => left.known - right.known || left.place - right.place)
  let greatest: SessionVersion | undefined
  return said.map(({ version, place, event, known }) => {
    const effect = effectOf(greatest, version)
    if (effect === 'new' || effect === 'changed') greatest = version
    const { updated_at: updated, status } = version.session
    return { place, type: event.type, updated, said: version.saidAt, known, status, effect }
  })
}

/**
 * The lives of all sessions that events of any number of clients name, as they are known at a moment: for each
 * session when it had which status, and what each event did.
 *
 * The status of a span at a moment is the one that the Client shows as of that moment.
 *
 * @param events - each place in the answer is a place among them
 * @throws TypeError if `knownAt` is no finite number of epoch milliseconds.
 */
export const timelineOf = (
  events: ReadonlyArray<ClientEvent>,
  { knownAt }: { readonly knownAt?: number | undefined } = {},
): Timeline =>
  Array.from(clientSources(events, { knownAt }).values())
    .flatMap(({ id: clientId, sessions }) =>
      Array.from(sessions.values(), (sources) => ({ clientId, sources })),
    )
    .flatMap(({ clientId, sources }): TimelineLane[] => {
      const [winner] = sources
      if (winner === undefined) return []
      const { id, user_id, actor, created_at, last_active_at } = winner.value.session
      return [
        {
          ...{ clientId, sessionId: id, userId: user_id, created_at, last_active_at },
          isImpersonated: actor !== undefined && actor !== null,
          spans: spansOf(sources.map(({ value }) => value)),
          marks: marksOf(sources, events),
        },
      ]
    })
    .sort((left, right) =>
      compareOldestFirst(
        { id: left.sessionId, created_at: left.created_at },
        { id: right.sessionId, created_at: right.created_at },
      ),
    )
