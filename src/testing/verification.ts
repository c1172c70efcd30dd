import { brokenInvariants } from '../domain/invariants.js'
import { clientIdOf, type ClientEvent } from '../events/client-event.js'
import { brokenLaws, foldLaws, type LawSample } from './laws.js'
import { smallestSample } from './smallest-sample.js'
import { createRandom, type Random } from './log/random.js'
import { clientfoldSubject, type FoldSubject } from './subject.js'

/** The result of one law on a log. */
export interface LawReport {
  readonly name: string
  /** The number of samples on which the law was tried. */
  readonly samples: number
  /** The ids of the clients that break the law, in the order in which the log has them. */
  readonly brokenBy: ReadonlyArray<string>
  /**
   * Where the log has the fewest events that break the law: of the first client that breaks it. Empty if the
   * law holds, if no places were given, or if only the whole log of a client breaks it.
   */
  readonly smallest: ReadonlyArray<LogPlace>
}

/** Where a log has an event. */
export interface LogPlace {
  readonly source: string
  /** Counted from 1 in its source. */
  readonly line: number
}

/** Checks every law and invariant on the events of a log, as they are added. */
export interface Verification {
  readonly add: (event: ClientEvent) => void
  /** Adds an event and says where the log has it, so that the report can name the lines. */
  readonly addAt: (event: ClientEvent, place: LogPlace) => void
  readonly report: () => ReadonlyArray<LawReport>
  /** The number of clients with events, as of the last report. */
  readonly clientCount: () => number
}

/** Large enough that every law can fail, small enough that the cost stays linear in the log. */
const MOST_EVENTS_IN_SAMPLE = 48
/** Events are checked and dropped whenever there are so many, so that memory does not grow with the log. */
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

/** Three moments: before, between and after the times at which sessions of these events expire. */
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

const byClient = (
  events: ReadonlyArray<ClientEvent>,
): ReadonlyMap<string, ReadonlyArray<ClientEvent>> => {
  const grouped = new Map<string, ClientEvent[]>()
  for (const event of events) {
    const id = clientIdOf(event)
    const own = grouped.get(id)
    if (own === undefined) grouped.set(id, [event])
    else own.push(event)
  }
  return grouped
}

const samplesOf = (own: ReadonlyArray<ClientEvent>, random: Random): ReadonlyArray<LawSample> => {
  const samples: LawSample[] = []
  for (let start = 0; start < own.length; start += MOST_EVENTS_IN_SAMPLE) {
    const events = own.slice(start, start + MOST_EVENTS_IN_SAMPLE)
    samples.push({ events, deliveries: shuffled(events, random), clocks: clocksOf(events) })
  }
  return samples
}

/** The state of one client: the folds of its parts of the log, joined in their order and in reverse. */
interface Whole<S> {
  readonly forwards: S
  readonly backwards: S
}

/** The names of the laws that the whole state of a client breaks. */
const brokenByWhole = <S>(
  subject: FoldSubject<S>,
  { forwards, backwards }: Whole<S>,
): ReadonlyArray<string> => {
  const isSame = subject.stateText(forwards) === subject.stateText(backwards)
  const client = subject.toClient(forwards, {})
  if (client === null) return isSame ? [] : [WHOLE_LOG]
  const clocks = client.sessions.length === 0 ? [] : [client.updated_at, Number.MAX_SAFE_INTEGER]
  const broken = clocks.flatMap((at) => {
    const later = subject.toClient(forwards, { at })
    return later === null ? [] : brokenInvariants(later)
  })
  return [...(isSame ? [] : [WHOLE_LOG]), ...brokenInvariants(client), ...broken]
}

/**
 * Starts checking a log with another fold than that of this package.
 *
 * @param subject - the fold whose laws are checked
 *
 * @example
 * import { clientfoldSubject, startVerificationOf } from 'clientfold/testing'
 * const verification = startVerificationOf({ ...clientfoldSubject })
 * verification.report().filter(({ brokenBy }) => brokenBy.length > 0) // => []
 */
export const startVerificationOf = <S>(subject: FoldSubject<S>): Verification => {
  const random = createRandom(1)
  const wholes = new Map<string, Whole<S>>()
  const brokenBy = new Map<string, Set<string>>(
    [...foldLaws, { name: WHOLE_LOG }].map(({ name }) => [name, new Set()]),
  )
  let samples = 0
  const smallest = new Map<string, ReadonlyArray<LogPlace>>()
  let pending: ClientEvent[] = []
  let places = new Map<ClientEvent, LogPlace>()

  const addBroken = (clientId: string, broken: ReadonlyArray<string>): void => {
    for (const name of broken) brokenBy.get(name)?.add(clientId)
  }
  const addSmallest = (sample: LawSample, broken: ReadonlyArray<string>): void => {
    for (const law of foldLaws.filter(({ name }) => broken.includes(name))) {
      if (smallest.has(law.name)) continue
      const { events } = smallestSample(sample, (fewer) => !law.holds(subject, fewer))
      smallest.set(
        law.name,
        events.flatMap((event) => places.get(event) ?? []),
      )
    }
  }
  const check = (): void => {
    for (const [clientId, own] of byClient(pending)) {
      for (const sample of samplesOf(own, random)) {
        samples += 1
        const broken = brokenLaws(subject, sample)
        addBroken(clientId, broken)
        addSmallest(sample, broken)
      }
      const part = subject.fold(own)
      const { forwards, backwards } = wholes.get(clientId) ?? { forwards: part, backwards: part }
      wholes.set(clientId, {
        forwards: subject.concat(forwards, part),
        backwards: subject.concat(part, backwards),
      })
    }
    pending = []
    places = new Map()
  }

  const add = (event: ClientEvent): void => {
    pending.push(event)
    if (pending.length >= WINDOW) check()
  }

  return {
    add: (event) => {
      add(event)
    },
    addAt: (event, place) => {
      places.set(event, place)
      add(event)
    },
    report: () => {
      check()
      for (const [clientId, whole] of wholes) addBroken(clientId, brokenByWhole(subject, whole))
      return Array.from(brokenBy, ([name, clients]) => ({
        name,
        samples: name === WHOLE_LOG ? wholes.size : samples,
        brokenBy: [...clients],
        smallest: smallest.get(name) ?? [],
      }))
    },
    clientCount: () => wholes.size,
  }
}

/**
 * Starts checking a log with the fold of this package.
 *
 * @example
 * import { startVerification } from 'clientfold/testing'
 * const verification = startVerification()
 * verification.clientCount() // => 0
 */
export const startVerification = (): Verification => startVerificationOf(clientfoldSubject)
