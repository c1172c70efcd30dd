import {
  knownSince,
  saidAt,
  type ClientEvent,
  type ClientObserved,
} from '../events/client-event.js'
import { eventText } from '../events/encode-event.js'
import { compareValues, type Ordering } from '../events/order.js'
import type { Session } from '../events/session.js'
import {
  compareObservations,
  compareVersions,
  observationOf,
  type Observation,
  type SessionVersion,
} from './state.js'

/** An event, and its place in the order in which events were added. */
export interface PlacedEvent {
  readonly event: ClientEvent
  readonly place: number
}

/** A version of a session, and the event that carries it. */
interface CarriedVersion extends SessionVersion {
  readonly carrier: PlacedEvent
}

/** An observation, and the event that carries it. */
interface CarriedObservation extends Observation {
  readonly carrier: PlacedEvent
}

/**
 * For each part of the state of one client, an event that carries it: for each session the greatest
 * version, the greatest observation, the least `created_at` and the greatest `updated_at`. The fold of
 * these few events is the fold of all. It grows with the sessions, never with the events.
 */
export interface EventCover {
  readonly versions: Map<string, CarriedVersion>
  observation: CarriedObservation | null
  /** The event with the least `created_at`. */
  oldest: PlacedEvent | null
  /** The event with the greatest `updated_at`. */
  newest: PlacedEvent | null
}

export const emptyCover = (): EventCover => ({
  versions: new Map(),
  observation: null,
  oldest: null,
  newest: null,
})

export const sessionsIn = (event: ClientEvent): ReadonlyArray<Session> =>
  event.type === 'client.observed' ? event.data.sessions : [event.data]

/**
 * Decides between events that carry the same part: the greater one is kept. The order is total, so that
 * the order of a log makes no difference. The text comes last, because it is slow to write.
 */
const compareEvents = (left: ClientEvent, right: ClientEvent): Ordering =>
  compareValues(saidAt(left), saidAt(right)) ||
  compareValues(knownSince(right), knownSince(left)) ||
  compareValues(left.id ?? '', right.id ?? '') ||
  (left === right ? 0 : compareValues(eventText(left), eventText(right)))

const createdAt = (event: ClientEvent): number => {
  let least = event.data.created_at
  if (event.type !== 'client.observed') return least
  for (const { created_at } of event.data.sessions) least = Math.min(least, created_at)
  return least
}

const updatedAt = (event: ClientEvent): number => {
  let greatest = event.data.updated_at
  if (event.type !== 'client.observed') return greatest
  for (const { updated_at } of event.data.sessions) greatest = Math.max(greatest, updated_at)
  return greatest
}

/** True if an event is kept for a part in the place of the present one: by the order of the part, then of the events. */
const isBetter = (order: Ordering, event: ClientEvent, present: PlacedEvent): boolean =>
  order > 0 || (order === 0 && compareEvents(event, present.event) > 0)

const putVersion = ({ versions }: EventCover, session: Session, carrier: PlacedEvent): void => {
  const { event } = carrier
  const version = { session, saidAt: saidAt(event), carrier }
  const present = versions.get(session.id)
  if (
    present === undefined ||
    isBetter(compareVersions(version, present), event, present.carrier)
  ) {
    versions.set(session.id, version)
  }
}

const putObservation = (cover: EventCover, event: ClientObserved, carrier: PlacedEvent): void => {
  const observation = observationOf(event)
  const present = cover.observation
  if (
    present === null ||
    isBetter(compareObservations(observation, present), event, present.carrier)
  ) {
    cover.observation = { ...observation, carrier }
  }
}

/** Puts an event in the place of those that it surpasses. */
export const putEvent = (cover: EventCover, carrier: PlacedEvent): void => {
  const { event } = carrier
  if (event.type === 'client.observed') {
    putObservation(cover, event, carrier)
    for (const session of event.data.sessions) putVersion(cover, session, carrier)
  } else {
    putVersion(cover, event.data, carrier)
  }
  const { oldest, newest } = cover
  if (
    oldest === null ||
    isBetter(compareValues(createdAt(oldest.event), createdAt(event)), event, oldest)
  ) {
    cover.oldest = carrier
  }
  if (
    newest === null ||
    isBetter(compareValues(updatedAt(event), updatedAt(newest.event)), event, newest)
  ) {
    cover.newest = carrier
  }
}

/** A part of the state. */
type Part = CarriedVersion | 'observation' | 'oldest' | 'newest'

/** The parts of the state that an event carries, whether or not it was kept for them. */
const partsCarriedBy = (event: ClientEvent, cover: EventCover): ReadonlySet<Part> => {
  const parts = new Set<Part>()
  const { observation, oldest, newest } = cover
  for (const session of sessionsIn(event)) {
    const greatest = cover.versions.get(session.id)
    const version = { session, saidAt: saidAt(event) }
    if (greatest !== undefined && compareVersions(version, greatest) === 0) parts.add(greatest)
  }
  if (event.type === 'client.observed' && observation !== null) {
    if (compareObservations(observationOf(event), observation) === 0) parts.add('observation')
  }
  if (oldest !== null && createdAt(oldest.event) === createdAt(event)) parts.add('oldest')
  if (newest !== null && updatedAt(newest.event) === updatedAt(event)) parts.add('newest')
  return parts
}

const carriersOf = (cover: EventCover): ReadonlyArray<PlacedEvent> => {
  const { observation, oldest, newest } = cover
  const carriers = new Set<PlacedEvent>()
  for (const { carrier } of cover.versions.values()) carriers.add(carrier)
  for (const carrier of [observation?.carrier, oldest, newest]) {
    if (carrier) carriers.add(carrier)
  }
  return [...carriers]
}

/**
 * The events of a cover without those that can be left out: one event often carries several parts. No
 * further event can be left out without a change of the fold.
 */
export const irredundantEvents = (cover: EventCover): ReadonlyArray<PlacedEvent> => {
  const carriers = carriersOf(cover)
  if (carriers.length === 1) return carriers
  const candidates = [...carriers]
    .sort((left, right) => compareEvents(left.event, right.event))
    .map((carrier) => ({ carrier, parts: [...partsCarriedBy(carrier.event, cover)] }))
  const counts = new Map<Part, number>()
  const count = (part: Part): number => counts.get(part) ?? 0
  for (const { parts } of candidates) for (const part of parts) counts.set(part, count(part) + 1)
  return candidates.flatMap(({ carrier, parts }) => {
    if (parts.some((part) => count(part) === 1)) return [carrier]
    for (const part of parts) counts.set(part, count(part) - 1)
    return []
  })
}
