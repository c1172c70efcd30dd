import { setTimeout as pause } from 'node:timers/promises'
import { pauseAfter } from '../event-store/passing-failure.js'
import type { Position } from '../event-store/recorded-event.js'
import { ForeignPosition, StoreUnavailable } from '../event-store/store-error.js'
import { learnAll, learnChange, type FirstReading } from './learn.js'
import { createKnownSessions, type KnownSessions } from './known-sessions.js'
import type { SessionSource } from './session-source.js'
import { tableKeyOf, type SessionFacts } from './session-table.js'

/** A table of sessions that follows a source. */
export interface LiveTable {
  /** What is known of a session. */
  readonly find: (sessionId: string) => SessionFacts | undefined
  readonly size: () => number
  /** Milliseconds since the table was last known to have everything; `Infinity` before it was. */
  readonly lag: () => number
  /** Resolves when the table has everything for the first time. Rejects if that takes too long, or `stop` comes first. */
  readonly ready: Promise<void>
  readonly stop: () => void
}

/** How long `ready` waits. The reading itself goes on. */
const LONGEST_WAIT_MS = 120_000

/** A moment on two clocks: one of them does not jump, the other one goes on while the machine is suspended. */
const moment = (age = 0) => ({ steady: performance.now() - age, wall: Date.now() - age })

const isClosed = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.reason === 'closed'

/** The position from which on no change is missed. */
const endOf = async (source: SessionSource, closed: AbortSignal): Promise<Position> => {
  const found = new AbortController()
  let end: Position | undefined
  const changes = source.changes({
    signal: AbortSignal.any([closed, found.signal]),
    onFailure: (failure) => {
      throw failure
    },
    onProgress: ({ position }) => {
      end ??= position
      found.abort()
    },
  })
  for await (const _ of changes) break
  if (end === undefined) throw closed.reason
  return end
}

/**
 * Starts to read all sessions of a source, and then to follow it. After each failure it waits, up to 5 s, and
 * tries again; it begins again from the start only where the source has become another one.
 *
 * @param onFailure - receives each failure; the table is behind until the source can be read again
 */
export const startLiveTable = (
  source: SessionSource,
  onFailure: (failure: unknown) => void,
): LiveTable => {
  const stopping = new AbortController()
  const { signal } = stopping
  const isStopped = (): boolean => signal.aborted
  let known: KnownSessions | undefined
  let current: ReturnType<typeof moment> | undefined

  let first: (FirstReading & { readonly position: Position }) | undefined
  const load = async (): Promise<Position> => {
    // Taken before the reading: what changes meanwhile comes again, which does no harm.
    first ??= {
      position: await endOf(source, signal),
      known: createKnownSessions(),
      last: undefined,
    }
    await learnAll(first, source, signal)
    const { position } = first
    known = first.known
    first = undefined
    return position
  }

  let latest: unknown = new Error('the sessions are still being read')
  const report = (failure: unknown): void => {
    latest = failure
    try {
      onFailure(failure)
    } catch {
      // A failure of the report must not end the following, and there is no other place to tell it.
    }
  }

  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(
        new Error(`the guard has not read the sessions in ${LONGEST_WAIT_MS / 1000} s`, {
          cause: latest,
        }),
      )
    }, LONGEST_WAIT_MS)
    late.unref()
    signal.addEventListener('abort', () => {
      clearTimeout(late)
      reject(new Error('the guard was closed'))
    })
    const run = async (): Promise<void> => {
      let position: Position | undefined
      let failures = 0
      while (!isStopped()) {
        try {
          position ??= await load()
          const following = known as unknown as KnownSessions
          const changes = source.changes({
            ...{ after: position, signal, onFailure: report, onDamage: report },
            onProgress: (progress) => {
              position = progress.position
              failures = 0
              if (!progress.isCaughtUp) return
              current = moment(progress.age)
              clearTimeout(late)
              resolve()
            },
          })
          for await (const change of changes) {
            await learnChange(following, change, source, signal)
            position = change.position
          }
        } catch (failure) {
          if (isStopped() || isClosed(failure)) return
          report(failure)
          if (failure instanceof ForeignPosition) [position, first] = [undefined, undefined]
          failures += 1
          await pause(pauseAfter(failures), undefined, { signal }).catch(() => undefined)
        }
      }
    }
    void run()
  })
  // A caller that does not wait for it learns of failures by `onFailure`.
  ready.catch(() => undefined)

  return {
    find: (sessionId) => known?.table.find(tableKeyOf(sessionId)),
    size: () => known?.table.size() ?? 0,
    lag: () => {
      if (current === undefined) return Infinity
      const { steady, wall } = moment()
      return Math.max(0, steady - current.steady, wall - current.wall)
    },
    ready,
    stop: () => {
      stopping.abort()
    },
  }
}
