import { observationWithin, versionsWithin, type Moments } from '../domain/fold.js'
import {
  compareObservations,
  compareVersions,
  type Observation,
  type SessionVersion,
} from '../domain/state.js'
import { clientIdOf, type ClientEvent } from '../events/client-event.js'

/** What events say about something, and the places of those events among the events that were given. */
export interface Source<Value> {
  readonly value: Value
  /** At least one, in ascending order. Several events can say the same. */
  readonly places: ReadonlyArray<number>
}

/** The earliest creation and the latest update that one event names, in epoch milliseconds. */
export interface Bounds {
  readonly created_at: number
  readonly updated_at: number
}

/** What the events of one client say, part by part, with the events that say it. */
export interface ClientSources {
  readonly id: string
  /** By the id of the session: every version of it, the greatest first. */
  readonly sessions: ReadonlyMap<string, ReadonlyArray<Source<SessionVersion>>>
  /** The greatest first. */
  readonly observations: ReadonlyArray<Source<Observation>>
  /** One for each event that takes part. */
  readonly bounds: ReadonlyArray<Source<Bounds>>
}

/** Sorts what single events say, the greatest first, and joins the events that say the same. */
const greatestFirst = <Value>(
  said: ReadonlyArray<readonly [Value, number]>,
  compare: (left: Value, right: Value) => number,
): ReadonlyArray<Source<Value>> => {
  const sources: Array<{ readonly value: Value; readonly places: number[] }> = []
  // The sort is stable, so the places of equal values stay in their order.
  for (const [value, place] of [...said].sort(([left], [right]) => compare(right, left))) {
    const last = sources.at(-1)
    if (last !== undefined && compare(last.value, value) === 0) last.places.push(place)
    else sources.push({ value, places: [place] })
  }
  return sources
}

interface Said {
  readonly sessions: Map<string, Array<readonly [SessionVersion, number]>>
  readonly observations: Array<readonly [Observation, number]>
  readonly bounds: Array<Source<Bounds>>
}

const added = <Value>(values: Map<string, Value[]>, key: string, value: Value): void => {
  const present = values.get(key)
  if (present === undefined) values.set(key, [value])
  else present.push(value)
}

const nothingSaid = (): Said => ({ sessions: new Map(), observations: [], bounds: [] })

/** Null if nothing of the event takes part. */
const boundsOf = (
  versions: ReadonlyArray<SessionVersion>,
  observed: Bounds | null,
): Bounds | null => {
  let bounds = observed
  for (const { session } of versions) {
    bounds =
      bounds === null
        ? session
        : {
            created_at: Math.min(bounds.created_at, session.created_at),
            updated_at: Math.max(bounds.updated_at, session.updated_at),
          }
  }
  return bounds
}

/**
 * What events of any number of clients say, by the id of the client, as far as the moments allow. The greatest
 * of each part is what `fold` keeps.
 *
 * @throws TypeError if a moment is no finite number of epoch milliseconds.
 */
export const clientSources = (
  events: Iterable<ClientEvent>,
  moments: Moments = {},
): ReadonlyMap<string, ClientSources> => {
  const clients = new Map<string, Said>()
  let place = 0
  for (const event of events) {
    const versions = versionsWithin(event, moments)
    const observation = observationWithin(event, moments)
    const bounds = boundsOf(versions, observation === null ? null : event.data)
    if (bounds !== null) {
      const id = clientIdOf(event)
      const said = clients.get(id) ?? nothingSaid()
      clients.set(id, said)
      for (const version of versions) added(said.sessions, version.session.id, [version, place])
      if (observation !== null) said.observations.push([observation, place])
      said.bounds.push({ value: bounds, places: [place] })
    }
    place += 1
  }
  return new Map(
    Array.from(clients, ([id, said]) => [
      id,
      {
        id,
        sessions: new Map(
          Array.from(said.sessions, ([sessionId, versions]) => [
            sessionId,
            greatestFirst(versions, compareVersions),
          ]),
        ),
        observations: greatestFirst(said.observations, compareObservations),
        bounds: said.bounds,
      },
    ]),
  )
}
