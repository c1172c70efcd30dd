import { startFold } from '../domain/fold.js'
import type { EventStore } from '../event-store/event-store.js'
import type { Position } from '../event-store/recorded-event.js'
import {
  ForeignPosition,
  StoreUnavailable,
  type CorruptRecord,
} from '../event-store/store-error.js'
import { takeInErasures } from './erasures.js'
import { keepUp } from './keep-up.js'
import { createPageCache, pageQuestion } from './page-cache.js'
import { createPause } from './pause.js'
import { createSharedReading } from './shared-reading.js'
import { startTimer, withinTime, type TimerSettings } from './timing.js'
import type { CatchUpOptions, Views, ViewsStatus } from './views.js'
import type { Answer, Damage, Place, Progress, Standing, ViewsEngine } from './views-engine.js'

/** How long a question waits for views that catch up. */
const LONGEST_WAIT_MS = 10_000

/**
 * When the views catch up after an append, if no question comes before. To join an event costs about as much as
 * to append it. So while very many events come, appends go first: but never so many wait that a question
 * could not be answered in time.
 */
const REST: TimerSettings = {
  milliseconds: 1000,
  busy: 1000,
  longestMilliseconds: 10_000,
  most: 20_000,
}

/** How many events are counted that the views lack. */
const MOST_COUNTED = 10_000

/** How many events of a lag are counted: the health check counts them often. */
const MOST_OF_LAG = 100

/** How often a reading begins again because other processes rebuild the views, or erase. */
const MOST_TRIES = 20

/** What ended a reading of the log. */
type Reading = 'complete' | 'to-be-continued' | 'outdated'

/** Settings of views. */
export interface ViewsSettings {
  /** How long a question waits for views that catch up, in milliseconds; 10 seconds unless given. */
  readonly longestWaitMilliseconds?: number
}

/** The state of the views in which a page was read. */
const versionOf = (rest: Standing | undefined): string => `${rest?.build} ${rest?.changes}`

/**
 * Views over an engine. Here is everything that is the same in all of them: reading the log in batches,
 * erasures, and that an answer includes what was committed before the question.
 *
 * Any number of processes may keep the same views up. The join of states makes it harmless that some
 * events are joined twice.
 */
export const createViews = (
  engine: ViewsEngine,
  store: EventStore,
  { longestWaitMilliseconds: longestWait = LONGEST_WAIT_MS }: ViewsSettings = {},
): Views => {
  let opening: Promise<void> | undefined
  /** Where the views have found nothing new to join. */
  let rest: Standing | undefined
  let isClosed = false
  const pages = createPageCache()
  let joined = 0
  let inOneTransaction = false

  const open = (): Promise<void> =>
    (opening ??= engine.open().catch((error: unknown) => {
      opening = undefined
      throw error
    }))

  const checkOpen = (): void => {
    if (isClosed) throw new StoreUnavailable('closed', 'the store is closed')
  }

  /** Joins what comes after a position, in batches. False if the views were rebuilt meanwhile. */
  const joinAfter = async (
    after: Position | undefined,
    from: Progress,
    next: Position,
  ): Promise<boolean> => {
    const pause = createPause()
    let folding = startFold()
    let damages: Damage[] = []
    let waiting = 0
    let total = 0
    const onDamage = ({ position, clientId, revision }: CorruptRecord): void => {
      damages.push({ key: JSON.stringify([position, clientId, revision]), clientId })
      total += 1
    }
    const join = async (place: Place): Promise<boolean> => {
      const isJoined = await engine.join(
        { states: folding.clients, damages, inOneTransaction },
        from,
        place,
      )
      joined += waiting
      folding = startFold()
      damages = []
      waiting = 0
      return isJoined
    }
    for await (const { event, position: reached } of store.readAll({ after, onDamage })) {
      folding.add(event)
      total += 1
      if ((waiting += 1) >= engine.batchSize) {
        const place = { position: from.position, unfinished: { next, reached } }
        if (!(await join(place))) return false
        checkOpen()
      }
      await pause()
    }
    const hasMoved = total > 0 || from.unfinished !== undefined || from.position === undefined
    return !hasMoved || join({ position: next, unfinished: undefined })
  }

  const isResting = ({ build, changes, marker }: Standing): boolean =>
    marker !== null && rest?.marker === marker && rest.build === build && rest.changes === changes

  const read = async (): Promise<Reading> => {
    const beside = await engine.progressBesideLog?.()
    if (beside !== undefined && isResting(beside)) return 'complete'
    // Taken before the reading: an event that commits during the reading can have a place before its last
    // event. Some events come again at the next reading: to join them twice changes nothing.
    // One after the other: at the same time they would need further connections, which cost more to open.
    const from = beside ?? (await engine.progress())
    const { position: next, marker: logMarker } = await store.logEnd()
    const marker = beside?.marker ?? logMarker
    if (from.isBeingCleared) {
      await engine.reset(from)
      return 'to-be-continued'
    }
    const erasures = await store.erasures(from.erasures)
    if (erasures.last !== from.erasures) {
      await takeInErasures(store, engine, from, erasures)
      return 'to-be-continued'
    }
    if (isResting({ ...from, marker })) return 'complete'
    const { unfinished, position } = from
    const isJoined = await joinAfter(
      unfinished?.reached ?? position,
      from,
      unfinished?.next ?? next,
    )
    if (!isJoined) return 'outdated'
    if (unfinished !== undefined) return 'to-be-continued'
    const { build, changes } = await engine.progress()
    // Another process may have begun to rebuild the views since.
    if (build !== from.build) return 'outdated'
    rest = { build, changes, marker }
    return 'complete'
  }

  const countBehind = async ({ unfinished, position }: Progress, most: number): Promise<number> => {
    const onDamage = (): void => undefined
    let events = 0
    for await (const _ of store.readAll({ after: unfinished?.reached ?? position, onDamage })) {
      if ((events += 1) === most) break
    }
    return events
  }

  const readOn = async (): Promise<void> => {
    checkOpen()
    await open()
    let outdated = 0
    for (;;) {
      checkOpen()
      try {
        const reading = await read()
        if (reading === 'complete') return
        if (reading === 'to-be-continued') continue
      } catch (error) {
        if (!(error instanceof ForeignPosition)) throw error
        await engine.reset(await engine.progress())
      }
      if ((outdated += 1) === MOST_TRIES) {
        throw new StoreUnavailable('busy', 'other processes rebuild the views again and again')
      }
    }
  }

  const catchUp = createSharedReading(async () => {
    joined = 0
    timer.stop()
    await readOn()
  })
  const catchUpAs = async ({ inLargeBatches = false }: CatchUpOptions = {}): Promise<void> => {
    inOneTransaction = inLargeBatches
    try {
      await catchUp()
    } finally {
      inOneTransaction = false
    }
  }
  const timer = startTimer(REST, () => {
    // The next question finds the same failure, and reports it.
    catchUp().catch(() => undefined)
  })

  const tooFarBehind = (): StoreUnavailable =>
    new StoreUnavailable(
      'busy',
      `the views of the store are catching up with the log (${joined} events so far): ask again in a few seconds`,
    )
  /** What views say that need not catch up, with one statement; undefined if they must. */
  const answerAtRest = async <A>(
    question: string | undefined,
    ask: () => Promise<Answer<A>>,
  ): Promise<A | undefined> => {
    if (engine.progressBesideLog === undefined || rest === undefined) return undefined
    if (pages.has(versionOf(rest), question)) return undefined
    checkOpen()
    const { found, standing } = await ask()
    if (standing === undefined || !isResting(standing)) return undefined
    return pages.answer(versionOf(standing), question, () => Promise.resolve(found))
  }
  const answerAfterCatchUp = async <A>(
    question: string | undefined,
    ask: () => Promise<Answer<A>>,
  ): Promise<A> => {
    await withinTime(catchUp(), longestWait, tooFarBehind)
    // The views were in this state when the catching up ended, so a page that was read in it is as new.
    return pages.answer(versionOf(rest), question, async () => (await ask()).found)
  }
  const answer = async <A>(
    question: string | undefined,
    ask: () => Promise<Answer<A>>,
  ): Promise<A> => (await answerAtRest(question, ask)) ?? answerAfterCatchUp(question, ask)

  return {
    clients: (bounds) => answer(pageQuestion('clients', bounds), () => engine.clients(bounds)),
    sessions: (request) => {
      // The clock matters only to a status, and each question has another clock.
      const { at, ...others } = request
      const question = request.status === undefined ? others : { ...others, at }
      // A status makes the views look at many sessions, which should not be for nothing.
      const answerBy = request.status === undefined ? answer : answerAfterCatchUp
      return answerBy(pageQuestion('sessions', question), () => engine.sessions(request))
    },
    session: (sessionId) => answer(undefined, () => engine.session(sessionId)),
    clientIdsOf: async (hashes) => {
      await withinTime(catchUp(), longestWait, tooFarBehind)
      return engine.clientIdsOf(hashes)
    },
    contestedSessions: async () => {
      await withinTime(catchUp(), longestWait, tooFarBehind)
      return engine.contestedSessions()
    },
    catchUp: catchUpAs,
    keepUp: (options = {}) => {
      const catchUpAlone = async (): Promise<number> => {
        await catchUp()
        return joined
      }
      return keepUp(engine, store, catchUpAlone, options)
    },
    appended: (events) => {
      if (engine.isKept && !isClosed) timer.add(events)
    },
    rebuild: async (options) => {
      await open()
      await engine.reset(await engine.progress())
      await catchUpAs(options)
    },
    removeErased: async () => {
      if (await engine.exists()) await catchUp()
    },
    lag: async () =>
      (await engine.exists()) ? countBehind(await engine.progress(), MOST_OF_LAG) : null,
    status: async (): Promise<ViewsStatus> => {
      await open()
      const progress = await engine.progress()
      const eventsBehind = await countBehind(progress, MOST_COUNTED)
      const { clients, sessions, damaged } = progress
      const isMore = eventsBehind === MOST_COUNTED
      return { clients, sessions, damaged, eventsBehind, isMore }
    },
    close: async () => {
      isClosed = true
      timer.stop()
      await catchUp().catch(() => undefined)
    },
  }
}
