import type { SessionVersion } from './state.js'
import type { ClientEvent } from '../events/client-event.js'
import { isPlainObject } from '../events/json.js'
import { compareValues, type Ordering } from '../events/order.js'

/** What can be known about a device. All but `user_agent` are keys of Clerk's latest activity. */
export const FACT_NAMES = [
  'browser_name',
  'browser_version',
  'device_type',
  /** `true` or `false`. */
  'is_mobile',
  /** Of the latest activity, else of the request that led to the event. */
  'ip_address',
  'city',
  'country',
  /** Of the request that led to the event. */
  'user_agent',
] as const

/** The name of a fact about a device. */
export type FactName = (typeof FACT_NAMES)[number]

/** A text about a device, and when it was said (epoch milliseconds). */
export interface Fact {
  readonly text: string
  readonly saidAt: number
}

/**
 * What is known about the device of a session. It is a join-semilattice: the greatest fact of each name
 * counts, the least `first_seen`, and the greatest `last_seen`. So an event that lacks a fact takes away
 * nothing that an earlier event said.
 */
export interface DeviceFacts {
  /** When the session was created, in epoch milliseconds. */
  readonly first_seen: number
  /** When the device was last in use for the session, in epoch milliseconds. */
  readonly last_seen: number
  readonly facts: Readonly<Partial<Record<FactName, Fact>>>
}

/** Decides which of two facts counts: the one that was said later, then the greater text. */
export const compareFacts = (left: Fact, right: Fact): Ordering =>
  compareValues(left.saidAt, right.saidAt) || compareValues(left.text, right.text)

const greaterFact = (left: Fact | undefined, right: Fact | undefined): Fact | undefined => {
  if (left === undefined || right === undefined) return left ?? right
  return compareFacts(left, right) >= 0 ? left : right
}

/** Only the facts that are present, always in the same order. */
const factsFrom = (factNamed: (name: FactName) => Fact | undefined): DeviceFacts['facts'] => {
  const facts: Partial<Record<FactName, Fact>> = {}
  for (const name of FACT_NAMES) {
    const fact = factNamed(name)
    if (fact !== undefined) facts[name] = fact
  }
  return facts
}

/** Joins what is known about one device: associative, commutative and idempotent. */
export const concatDeviceFacts = (left: DeviceFacts, right: DeviceFacts): DeviceFacts => ({
  first_seen: Math.min(left.first_seen, right.first_seen),
  last_seen: Math.max(left.last_seen, right.last_seen),
  facts: factsFrom((name) => greaterFact(left.facts[name], right.facts[name])),
})

type Fields = Readonly<Record<string, unknown>>
const NO_FIELDS: Fields = {}

const fieldsOf = (value: unknown): Fields => (isPlainObject(value) ? value : NO_FIELDS)

/**
 * The request that led to an event, if it came from the device of the session. A session is revoked by the
 * application or from another device, and an observation was requested by the log itself.
 */
const requestOf = ({ type, event_attributes }: ClientEvent): Fields =>
  type === 'session.revoked' || type === 'client.observed'
    ? NO_FIELDS
    : fieldsOf(event_attributes?.http_request)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** What a fact is read from. Anything but a text is not known. */
const valueOf = (name: FactName, activity: Fields, request: Fields): unknown => {
  switch (name) {
    case 'is_mobile':
      return typeof activity.is_mobile === 'boolean' ? String(activity.is_mobile) : undefined
    case 'ip_address':
      return isText(activity.ip_address) ? activity.ip_address : request.client_ip
    case 'user_agent':
      return request.user_agent
    default:
      return activity[name]
  }
}

/** What one event says about the device of one of its sessions. */
export const deviceFactsOf = (
  event: ClientEvent,
  { session, saidAt }: SessionVersion,
): DeviceFacts => {
  const activity = fieldsOf(session.latest_activity)
  const request = requestOf(event)
  const { created_at, last_active_at, updated_at } = session
  const isRequested = isText(request.client_ip) || isText(request.user_agent)
  return {
    first_seen: created_at,
    last_seen: Math.max(created_at, last_active_at, isRequested ? updated_at : 0),
    facts: factsFrom((name) => {
      const text = valueOf(name, activity, request)
      return isText(text) ? { text, saidAt } : undefined
    }),
  }
}
