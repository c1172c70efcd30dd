import { brokenInvariants } from '../domain/invariants.js'
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
  /** Of how many clients there were events, as far as they were reported. */
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

/** What is known of one client: its parts of the log joined in their order, and the other way round. */
interface Whole<S> {
  readonly forwards: S
  readonly backwards: S
}

/** The names of what a client's whole state breaks. */
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
 * Starts checking a log with a fold of one's own.
 *
 * @param subject - the fold whose laws are tried
 *
 * @example
 * import { clientfoldSubject, startVerificationOf } from 'clientfold/testing'
 * const verification = startVerificationOf({ ...clientfoldSubject })
 * verification.report().filter(({ brokenBy }) => brokenBy.length > 0) // => []
 */
export const startVerificationOf = <S>(subject: FoldSubject<S>): Verification => {
  const random = randomFrom(1)
  const wholes = new Map<string, Whole<S>>()
  const brokenBy = new Map<string, Set<string>>(
    [...foldLaws, { name: WHOLE_LOG }].map(({ name }) => [name, new Set()]),
  )
  let samples = 0
  let waiting: ClientEvent[] = []

  const note = (clientId: string, broken: ReadonlyArray<string>): void => {
    for (const name of broken) brokenBy.get(name)?.add(clientId)
  }
  const check = (): void => {
    for (const [clientId, own] of byClient(waiting)) {
      for (const sample of samplesOf(own, random)) {
        samples += 1
        note(clientId, brokenLaws(subject, sample))
      }
      const part = subject.fold(own)
      const { forwards, backwards } = wholes.get(clientId) ?? { forwards: part, backwards: part }
      wholes.set(clientId, {
        forwards: subject.concat(forwards, part),
        backwards: subject.concat(part, backwards),
      })
    }
    waiting = []
  }

  return {
    add: (event) => {
      waiting.push(event)
      if (waiting.length >= WINDOW) check()
    },
    report: () => {
      check()
      for (const [clientId, whole] of wholes) note(clientId, brokenByWhole(subject, whole))
      return Array.from(brokenBy, ([name, clients]) => ({
        name,
        samples: name === WHOLE_LOG ? wholes.size : samples,
        brokenBy: [...clients],
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
