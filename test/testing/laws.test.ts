import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientState, SessionVersion } from '../../src/domain/state.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { Client } from '../../src/events/client.js'
import {
  arbitraryLawSample,
  brokenLaws,
  clientfoldSubject,
  foldLaws,
  type FoldSubject,
} from '../../src/testing/index.js'

describe('foldLaws', () => {
  it.each(foldLaws)('the fold of this package keeps the law: $name', ({ holds }) => {
    fc.assert(fc.property(arbitraryLawSample(), (sample) => holds(clientfoldSubject, sample)))
  })
})

type Subject = FoldSubject<ClientState>

const ours = clientfoldSubject

/** A subject whose Clients are changed. */
const showing = (change: (client: Client, at: number | undefined) => Client): Subject => ({
  ...ours,
  toClient: (state, options) => {
    const client = ours.toClient(state, options)
    return client && change(client, options.at)
  },
})

/** The state with its sessions changed. */
const mapped = (
  state: ClientState,
  change: (versions: ReadonlyArray<[string, SessionVersion]>) => Iterable<[string, SessionVersion]>,
): ClientState =>
  state.id === null ? state : { ...state, sessions: new Map(change([...state.sessions])) }

/** Takes the session of the last event, whatever was known before. */
const lastEventWins = (state: ClientState, event: ClientEvent): ClientState => {
  const next = ours.evolve(state, event)
  if (event.type === 'client.observed') return next
  return mapped(next, (versions) =>
    versions.map(([id, version]) => [
      id,
      id === event.data.id ? { ...version, session: event.data } : version,
    ]),
  )
}

/** For every law a wrong fold, which the law must find. */
const WRONG: Readonly<Record<string, Subject>> = {
  'neither order nor duplicates of deliveries change the state': {
    ...ours,
    fold: (events) => ours.fold(events.slice(-1)),
  },
  'neither order nor duplicates of deliveries change a byte of the Client': {
    ...ours,
    fold: (events) => ours.fold(events.slice(0, 1)),
  },
  'folding all events at once equals evolving event by event': {
    ...ours,
    evolve: (state) => state,
  },
  'folding all events equals joining the folds of their parts': {
    ...ours,
    concat: (left) => left,
  },
  'joining is associative': {
    ...ours,
    // Forgets a session whenever the left side is an existing client.
    concat: (left, right) =>
      left.id === null ? right : mapped(ours.concat(left, right), (versions) => versions.slice(1)),
  },
  'joining is commutative': { ...ours, concat: (left) => left },
  'joining a state with itself changes nothing': {
    ...ours,
    concat: (left, right) => {
      const joined = ours.concat(left, right)
      return joined.id === null ? joined : { ...joined, updated_at: joined.updated_at + 1 }
    },
  },
  'joining with the initial state changes nothing': { ...ours, concat: (_left, right) => right },
  'a session never steps back a stage': { ...ours, evolve: lastEventWins },
  'a session that left the list never comes back': { ...ours, evolve: lastEventWins },
  'a session that is expired at a moment is expired at every later moment': {
    ...ours,
    toClient: (state, { at }) =>
      ours.toClient(state, at !== undefined && at > 1_717_000_000_000 ? {} : { at }),
  },
  'a fold as of a moment equals a fold of the events up to it': {
    ...ours,
    fold: (events) => ours.fold(events),
  },
  'a fold as known at a moment equals a fold of the events known by then': {
    ...ours,
    fold: (events, horizon) => ours.fold(events, { asOf: horizon?.knownAt }),
  },
  'a Client has exactly the ten documented keys, in their order': showing(
    ({ object, ...others }) => ({ ...others, object }),
  ),
  'session_ids lists the ids of the sessions, in their order': showing((client) => ({
    ...client,
    session_ids: [...client.session_ids].reverse(),
  })),
  'no session is listed twice': showing((client) => ({
    ...client,
    session_ids: [...client.session_ids, ...client.session_ids],
    sessions: [...client.sessions, ...client.sessions],
  })),
  'sessions are listed by creation, then by id': showing((client) => ({
    ...client,
    sessions: [...client.sessions].reverse(),
  })),
  'every listed session names its client': showing((client) => ({ ...client, id: 'client_x' })),
  'no removed session is listed': showing((client) => ({
    ...client,
    sessions: client.sessions.map((session) => ({ ...session, status: 'removed' })),
  })),
  'last_active_session_id is a listed live session, or null if no session is live': showing(
    (client) => ({ ...client, last_active_session_id: null }),
  ),
  'a Client was created no later than its sessions': showing((client) => ({
    ...client,
    created_at: Number.MAX_SAFE_INTEGER,
  })),
  'a Client was updated no earlier than its sessions': showing((client) => ({
    ...client,
    updated_at: 0,
  })),
}

/** A law about events: no fold can break it. */
const OF_EVENTS = 'an event decodes from its text to the same event'

describe('each law', () => {
  const samples = fc.sample(arbitraryLawSample(), { numRuns: 400, seed: 1 })

  it('there is a wrong fold for every law', () => {
    const names = foldLaws.map(({ name }) => name).filter((name) => name !== OF_EVENTS)
    expect(Object.keys(WRONG).sort()).toEqual([...names].sort())
  })

  it.each(Object.entries(WRONG).map(([name, subject]) => ({ name, subject })))(
    'a wrong fold breaks the law: $name',
    ({ name, subject }) => {
      const law = foldLaws.find((each) => each.name === name)
      expect(samples.some((sample) => law?.holds(subject, sample) === false)).toBe(true)
    },
  )

  it('an event that does not decode breaks the law of events', () => {
    const event = { type: 'session.created', data: {} } as unknown as ClientEvent
    const sample = { events: [event], deliveries: [], clocks: [] }
    expect(foldLaws.find(({ name }) => name === OF_EVENTS)?.holds(ours, sample)).toBe(false)
  })

  it('brokenLaws names the broken law and no law that holds', () => {
    const subject = WRONG['joining is commutative'] ?? ours
    const broken = new Set(samples.flatMap((sample) => brokenLaws(subject, sample)))
    expect(broken).toContain('joining is commutative')
    expect(broken).not.toContain('no session is listed twice')
  })
})
