import { knownSince, saidAt, sessionsIn, type ClientEvent } from '../events/client-event.js'
import { eventText } from '../events/encode-event.js'
import { compareValues, type Ordering } from '../events/order.js'
import {
  compareFacts,
  deviceFactsOf,
  FACT_NAMES,
  type Fact,
  type FactName,
} from './device-facts.js'
import {
  compareObservations,
  compareVersions,
  observationOf,
  putVersion,
  type Observation,
  type SessionVersion,
} from './state.js'

/** An event, and its place in the order in which events were added. */
export interface PlacedEvent {
  readonly event: ClientEvent
  readonly place: number
}

/** The values of which a fold keeps the greatest, by name. Times are epoch milliseconds. */
interface PartValues extends Readonly<Record<FactName, Fact>> {
  /** Of a session. The facts about its device, and the two times below, are parts of a session too. */
  readonly version: SessionVersion
  readonly first_seen: number
  readonly last_seen: number
  /** Of the client, like the two times below. */
  readonly observation: Observation
  readonly created_at: number
  readonly updated_at: number
}

type PartName = keyof PartValues

type Orders = {
  readonly [Name in PartName]: (left: PartValues[Name], right: PartValues[Name]) => Ordering
}

const least = (left: number, right: number): Ordering => compareValues(right, left)

/** Which of two values of a part counts in the fold: the greater one. */
const ORDERS: Orders = {
  ...(Object.fromEntries(FACT_NAMES.map((name) => [name, compareFacts])) as Pick<Orders, FactName>),
  version: compareVersions,
  first_seen: least,
  last_seen: compareValues,
  observation: compareObservations,
  created_at: least,
  updated_at: compareValues,
}

/** The greatest value of a part, and the event that carries it. */
interface Held<Value> {
  readonly value: Value
  readonly carrier: PlacedEvent
}

type HeldParts = { [Name in PartName]?: Held<PartValues[Name]> }

/** The owner of a part: a session by its id, or the client itself. */
type Owner = string | null

/**
 * For each part of what is known about one client, an event that carries it: for each session the greatest
 * version and the greatest facts about its device, the greatest observation, and the bounds of the client's
 * life. The folds of these few events are the folds of all. It grows with the sessions, never with the
 * events.
 */
export type EventCover = Map<Owner, HeldParts>

export const emptyCover = (): EventCover => new Map()

/**
 * Decides between events that carry the same part: the greater one is kept. The order is total, so that
 * the order of a log makes no difference. The text comes last, because it is slow to write.
 */
const compareEvents = (left: ClientEvent, right: ClientEvent): Ordering =>
  compareValues(saidAt(left), saidAt(right)) ||
  compareValues(knownSince(right), knownSince(left)) ||
  compareValues(left.id ?? '', right.id ?? '') ||
  (left === right ? 0 : compareValues(eventText(left), eventText(right)))

/** Calls a function with each part that an event carries. */
const forEachPart = (
  event: ClientEvent,
  call: <Name extends PartName>(owner: Owner, name: Name, value: PartValues[Name]) => void,
): void => {
  let { created_at, updated_at } = event.data
  // An observation can name a session twice: its greatest version counts, as in the fold.
  const versions = new Map<string, SessionVersion>()
  for (const session of sessionsIn(event)) {
    created_at = Math.min(created_at, session.created_at)
    updated_at = Math.max(updated_at, session.updated_at)
    putVersion(versions, { session, saidAt: saidAt(event) })
  }
  for (const [id, version] of versions) {
    const { first_seen, last_seen, facts } = deviceFactsOf(event, version)
    call(id, 'version', version)
    call(id, 'first_seen', first_seen)
    call(id, 'last_seen', last_seen)
    for (const name of FACT_NAMES) {
      const fact = facts[name]
      if (fact !== undefined) call(id, name, fact)
    }
  }
  if (event.type === 'client.observed') call(null, 'observation', observationOf(event))
  call(null, 'created_at', created_at)
  call(null, 'updated_at', updated_at)
}

/** Puts an event in the place of those that it surpasses: by the order of each part, then of the events. */
export const putEvent = (cover: EventCover, carrier: PlacedEvent): void => {
  forEachPart(carrier.event, (owner, name, value) => {
    let held = cover.get(owner)
    if (held === undefined) cover.set(owner, (held = {}))
    const present = held[name]
    const order = present === undefined ? 1 : ORDERS[name](value, present.value)
    const isGreater =
      order > 0 ||
      (order === 0 &&
        present !== undefined &&
        compareEvents(carrier.event, present.carrier.event) > 0)
    if (isGreater) held[name] = { value, carrier } as HeldParts[typeof name]
  })
}

/** The greatest parts that an event carries, whether or not it was kept for them. */
const greatestPartsOf = (event: ClientEvent, cover: EventCover): ReadonlyArray<Held<unknown>> => {
  const parts = new Set<Held<unknown>>()
  forEachPart(event, (owner, name, value) => {
    const present = cover.get(owner)?.[name]
    if (present !== undefined && ORDERS[name](value, present.value) === 0) parts.add(present)
  })
  return [...parts]
}

const carriersOf = (cover: EventCover): ReadonlyArray<PlacedEvent> => {
  const carriers = new Set<PlacedEvent>()
  for (const held of cover.values()) {
    for (const { carrier } of Object.values(held)) carriers.add(carrier)
  }
  return [...carriers]
}

/**
 * The events of a cover without those that can be left out: one event often carries several parts. No
 * further event can be left out without a change of a fold.
 */
export const irredundantEvents = (cover: EventCover): ReadonlyArray<PlacedEvent> => {
  const carriers = carriersOf(cover)
  if (carriers.length === 1) return carriers
  const candidates = [...carriers]
    .sort((left, right) => compareEvents(left.event, right.event))
    .map((carrier) => ({ carrier, parts: greatestPartsOf(carrier.event, cover) }))
  const counts = new Map<Held<unknown>, number>()
  const count = (part: Held<unknown>): number => counts.get(part) ?? 0
  for (const { parts } of candidates) for (const part of parts) counts.set(part, count(part) + 1)
  return candidates.flatMap(({ carrier, parts }) => {
    if (parts.some((part) => count(part) === 1)) return [carrier]
    for (const part of parts) counts.set(part, count(part) - 1)
    return []
  })
}
