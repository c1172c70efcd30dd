import { startFold } from '../domain/fold.js'
import { clientsMonoid, type Clients } from '../domain/semilattice.js'
import { stateText } from '../domain/state-text.js'
import type { ClientState } from '../domain/client-state.js'
import { clientIdOf, type ClientEvent } from '../events/client-event.js'
import { brokenLaws, foldLaws, type LawSample } from './laws.js'
import { randomFrom, type Random } from './log/random.js'
import { clientfoldSubject, type FoldSubject } from './subject.js'

/** How one law fared on a log. */
export interface LawReport {
  readonly name: string
  /** On how many samples it was tried. */
  readonly samples: number
  /** The clients with which it does not hold, in the order in which they were met. */
  readonly brokenBy: ReadonlyArray<string>
}

/** Checks every law and invariant on the events of a real log, as they come. */
export interface Verification {
  readonly add: (event: ClientEvent) => void
  readonly report: () => ReadonlyArray<LawReport>
  readonly clientCount: () => number
}

/** Enough for every law to bite, little enough that trying them all stays linear in the log. */
const MOST_EVENTS_IN_SAMPLE = 48
/** Samples are taken whenever so many events wait, so that memory does not grow with the log. */
const WINDOW = 20_000

const WHOLE_LOG = 'folding the whole log equals joining the folds of its parts, last part first'

const shuffled = (
  events: ReadonlyArray<ClientEvent>,
  random: Random,
): ReadonlyArray<ClientEvent> => {
  const again = events.filter(() => random.perMille(300))
  return [...events, ...again]
    .map((event) => ({ event, place: random.integer(0, 1_000_000) }))
    .sort((left, right) => left.place - right.place)
    .map(({ event }) => event)
}

/** Three moments: before, amid and after the times at which sessions of these events expire. */
const clocksOf = (events: ReadonlyArray<ClientEvent>): ReadonlyArray<number> => {
  const expiries = events
    .flatMap((event) => (event.type === 'client.observed' ? event.data.sessions : [event.data]))
    .map(({ expire_at }) => expire_at)
    .sort((left, right) => left - right)
  const [first, last] = [expiries[0], expiries.at(-1)]
  const middle = expiries[Math.floor(expiries.length / 2)]
  if (first === undefined || middle === undefined || last === undefined) return []
  return [first - 1, middle, last]
}

const samplesOf = (
  events: ReadonlyArray<ClientEvent>,
  random: Random,
): ReadonlyArray<LawSample> => {
  const byClient = new Map<string, ClientEvent[]>()
  for (const event of events) {
    const id = clientIdOf(event)
    const own = byClient.get(id)
    if (own === undefined) byClient.set(id, [event])
    else own.push(event)
  }
  return [...byClient.values()].flatMap((own) => {
    const samples: LawSample[] = []
    for (let start = 0; start < own.length; start += MOST_EVENTS_IN_SAMPLE) {
      const part = own.slice(start, start + MOST_EVENTS_IN_SAMPLE)
      samples.push({ events: part, deliveries: shuffled(part, random), clocks: clocksOf(part) })
    }
    return samples
  })
}

/** The clients of which two folds do not know the same. */
const differing = (left: Clients, right: Clients): ReadonlyArray<string> => {
  const text = (clients: Clients, id: string): string | undefined => {
    const state = clients.get(id)
    return state && stateText(state)
  }
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (id) => text(left, id) !== text(right, id),
  )
}

/**
 * Starts checking a log.
 *
 * @param subject - the fold whose laws are tried; this package's own unless given
 */
export const startVerification = (
  subject: FoldSubject<ClientState> = clientfoldSubject,
): Verification => {
  const random = randomFrom(1)
  const whole = startFold()
  const brokenBy = new Map<string, Set<string>>(
    [...foldLaws, { name: WHOLE_LOG }].map(({ name }) => [name, new Set()]),
  )
  let joined = clientsMonoid.empty
  let samples = 0
  let waiting: ClientEvent[] = []

  const check = (): void => {
    for (const sample of samplesOf(waiting, random)) {
      samples += 1
      const [first] = sample.events
      for (const name of brokenLaws(subject, sample)) {
        if (first !== undefined) brokenBy.get(name)?.add(clientIdOf(first))
      }
    }
    const part = startFold()
    for (const event of waiting) part.add(event)
    joined = clientsMonoid.concat(part.clients, joined)
    waiting = []
  }

  return {
    add: (event) => {
      whole.add(event)
      waiting.push(event)
      if (waiting.length >= WINDOW) check()
    },
    report: () => {
      check()
      for (const id of differing(whole.clients, joined)) brokenBy.get(WHOLE_LOG)?.add(id)
      return Array.from(brokenBy, ([name, clients]) => ({
        name,
        samples: name === WHOLE_LOG ? 1 : samples,
        brokenBy: [...clients],
      }))
    },
    clientCount: () => whole.clients.size,
  }
}
