import * as E from 'fp-ts/lib/Either.js'
import { clientInvariants } from '../domain/invariants.js'
import { stageRank } from '../domain/status.js'
import { knownSince, type ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { parseEvent } from '../events/decode-event.js'
import { eventText } from '../events/encode-event.js'
import type { FoldSubject } from './subject.js'

/** The input of a law: events of one client. */
export interface LawSample {
  readonly events: ReadonlyArray<ClientEvent>
  /** The same events in another order, some of them several times. */
  readonly deliveries: ReadonlyArray<ClientEvent>
  /** The moments of the views to compare, epoch milliseconds, ascending. */
  readonly clocks: ReadonlyArray<number>
}

/** A sentence that is true of a correct fold, for every sample. */
export interface FoldLaw {
  readonly name: string
  readonly holds: <S>(subject: FoldSubject<S>, sample: LawSample) => boolean
}

const foldByEvolve = <S>(subject: FoldSubject<S>, events: ReadonlyArray<ClientEvent>): S =>
  events.reduce(subject.evolve, subject.initialState())

const isSameState = <S>(subject: FoldSubject<S>, left: S, right: S): boolean =>
  subject.stateText(left) === subject.stateText(right)

/** The Clients of a state: without a clock, and at each of the clocks. */
const clientsOf = <S>(
  subject: FoldSubject<S>,
  state: S,
  { clocks }: LawSample,
): ReadonlyArray<Client> =>
  [undefined, ...clocks].flatMap((at) => {
    const client = subject.toClient(state, { at })
    return client === null ? [] : [client]
  })

/** The folds of three parts of the events. */
const parts = <S>(subject: FoldSubject<S>, { events }: LawSample): readonly [S, S, S] => {
  const third = Math.ceil(events.length / 3)
  const part = (index: number): S => subject.fold(events.slice(index * third, (index + 1) * third))
  return [part(0), part(1), part(2)]
}

const isAtOrPast = (before: Client, after: Client): boolean => {
  const statusOf = new Map(after.sessions.map(({ id, status }) => [id, status]))
  return before.sessions.every(({ id, status }) => {
    const later = statusOf.get(id)
    return later === undefined || stageRank(later) >= stageRank(status)
  })
}

/** The Client after each event. */
const clientsAfterEach = <S>(
  subject: FoldSubject<S>,
  events: ReadonlyArray<ClientEvent>,
): ReadonlyArray<Client> => {
  const clients: Client[] = []
  let state = subject.initialState()
  for (const event of events) {
    state = subject.evolve(state, event)
    const client = subject.toClient(state, {})
    if (client !== null) clients.push(client)
  }
  return clients
}

const neighbours = <A>(items: ReadonlyArray<A>): ReadonlyArray<readonly [A, A]> =>
  items.slice(1).flatMap((item, index) => {
    const before = items[index]
    return before === undefined ? [] : [[before, item] as const]
  })

const isRemovalFinal = (clients: ReadonlyArray<Client>): boolean => {
  const seen = new Set<string>()
  const removed = new Set<string>()
  return clients.every(({ session_ids }) => {
    const listed = new Set(session_ids)
    for (const id of seen) if (!listed.has(id)) removed.add(id)
    for (const id of listed) seen.add(id)
    return session_ids.every((id) => !removed.has(id))
  })
}

const expiredIn = (client: Client): ReadonlyArray<string> =>
  client.sessions.filter(({ status }) => status === 'expired').map(({ id }) => id)

/** The laws of the fold and the invariants of a Client, each as a property. */
export const foldLaws: ReadonlyArray<FoldLaw> = [
  {
    name: 'neither order nor duplicates of deliveries change the state',
    holds: (subject, { events, deliveries }) =>
      isSameState(subject, subject.fold(events), subject.fold(deliveries)),
  },
  {
    name: 'neither order nor duplicates of deliveries change a byte of the Client',
    holds: (subject, sample) => {
      const texts = [sample.events, sample.deliveries].map((events) =>
        JSON.stringify(clientsOf(subject, subject.fold(events), sample)),
      )
      return texts[0] === texts[1]
    },
  },
  {
    name: 'folding all events at once equals evolving event by event',
    holds: (subject, { events }) =>
      isSameState(subject, subject.fold(events), foldByEvolve(subject, events)),
  },
  {
    name: 'folding all events equals joining the folds of their parts',
    holds: (subject, sample) => {
      const [first, second, third] = parts(subject, sample)
      const joined = subject.concat(subject.concat(first, second), third)
      return isSameState(subject, subject.fold(sample.events), joined)
    },
  },
  {
    name: 'joining is associative',
    holds: (subject, sample) => {
      const [a, b, c] = parts(subject, sample)
      const { concat } = subject
      return isSameState(subject, concat(concat(a, b), c), concat(a, concat(b, c)))
    },
  },
  {
    name: 'joining is commutative',
    holds: (subject, sample) => {
      const [a, b] = parts(subject, sample)
      return isSameState(subject, subject.concat(a, b), subject.concat(b, a))
    },
  },
  {
    name: 'joining a state with itself changes nothing',
    holds: (subject, { events }) => {
      const state = subject.fold(events)
      return isSameState(subject, subject.concat(state, state), state)
    },
  },
  {
    name: 'joining with the initial state changes nothing',
    holds: (subject, { events }) => {
      const state = subject.fold(events)
      const empty = subject.initialState()
      return (
        isSameState(subject, subject.concat(state, empty), state) &&
        isSameState(subject, subject.concat(empty, state), state)
      )
    },
  },
  {
    name: 'a session never steps back a stage',
    holds: (subject, { deliveries }) =>
      neighbours(clientsAfterEach(subject, deliveries)).every(([before, after]) =>
        isAtOrPast(before, after),
      ),
  },
  {
    name: 'a session that left the list never comes back',
    holds: (subject, { deliveries }) => isRemovalFinal(clientsAfterEach(subject, deliveries)),
  },
  {
    name: 'a session that is expired at a moment is expired at every later moment',
    holds: (subject, { events, clocks }) => {
      const state = subject.fold(events)
      const expired = clocks.map((at) => {
        const client = subject.toClient(state, { at })
        return client === null ? [] : expiredIn(client)
      })
      return neighbours(expired).every(([before, after]) =>
        before.every((id) => after.includes(id)),
      )
    },
  },
  {
    name: 'a fold as of a moment equals a fold of the events up to it',
    holds: (subject, { events, clocks }) => {
      // A part of an observation may take part; the independent model of the tests covers that.
      const sessionEvents = events.filter(({ type }) => type !== 'client.observed')
      return clocks.every((asOf) => {
        const until = sessionEvents.filter(({ data }) => data.updated_at <= asOf)
        return isSameState(subject, subject.fold(sessionEvents, { asOf }), subject.fold(until))
      })
    },
  },
  {
    name: 'a fold as known at a moment equals a fold of the events known by then',
    holds: (subject, { events, clocks }) =>
      clocks.every((knownAt) => {
        const until = events.filter((event) => knownSince(event) <= knownAt)
        return isSameState(subject, subject.fold(events, { knownAt }), subject.fold(until))
      }),
  },
  {
    name: 'an event decodes from its text to the same event',
    holds: (_subject, { events }) =>
      events.every((event) => {
        const text = eventText(event)
        const read = parseEvent(text)
        return E.isRight(read) && eventText(read.right) === text
      }),
  },
  ...clientInvariants.map((invariant): FoldLaw => ({
    name: invariant.name,
    holds: (subject, sample) =>
      clientsOf(subject, subject.fold(sample.deliveries), sample).every(invariant.holds),
  })),
]

/**
 * The names of the laws that a fold breaks on a sample: an empty list, unless the fold has a defect.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryLawSample, brokenLaws, clientfoldSubject } from 'clientfold/testing'
 * const forgetful = { ...clientfoldSubject, concat: clientfoldSubject.initialState }
 * const samples = fc.sample(arbitraryLawSample(), 100)
 * const broken = new Set(samples.flatMap((sample) => brokenLaws(forgetful, sample)))
 * broken.has('joining with the initial state changes nothing') // => true
 */
export const brokenLaws = <S>(subject: FoldSubject<S>, sample: LawSample): ReadonlyArray<string> =>
  foldLaws.filter(({ holds }) => !holds(subject, sample)).map(({ name }) => name)
