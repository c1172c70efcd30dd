import { hash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { startFold } from '../domain/fold.js'
import type { EventStore } from '../event-store/event-store.js'
import type { LogConsumers } from '../event-store/log-consumer.js'
import { isPassing, pauseAfter } from '../event-store/passing-failure.js'
import type { Position } from '../event-store/recorded-event.js'
import { ForeignPosition, type CorruptRecord } from '../event-store/store-error.js'
import { takeInErasures } from './erasures.js'
import type { Damage, Progress, ViewsEngine } from './views-engine.js'
import type { KeepUpOptions } from './views.js'

/** How often the place of the views follows what the consumer has acknowledged. */
const PLACE_MS = 500

/** The events of a batch, and those that could not be read. */
const createBatch = () => {
  const { add, clients } = startFold()
  const damages: Damage[] = []
  return {
    add,
    onDamage: ({ position, clientId, revision }: CorruptRecord): void => {
      damages.push({ key: JSON.stringify([position, clientId, revision]), clientId })
    },
    joining: { states: clients, damages, inOneTransaction: true, isDurable: true },
  }
}

/** What a worker reports, beside what it has joined, of each turn in which nothing failed. */
interface WorkerReport extends Pick<KeepUpOptions, 'signal' | 'onJoined'> {
  readonly onTurn: () => void
}

/** Gives events back that could not be joined, so that another process need not wait for them. */
const giveBack =
  (release: () => Promise<void>) =>
  async (error: unknown): Promise<never> => {
    await release().catch(() => undefined)
    throw error
  }

/**
 * A worker: one of the processes that share a consumer of the log and keep the same views up.
 *
 * It joins events durably and then acknowledges them. An event that comes twice changes nothing. The place
 * of the views follows the place up to which the consumer has everything acknowledged, and never passes
 * an event that is not joined. The name of the consumer has the identity of the views in it: views that
 * were restored, copied or rebuilt have another consumer, which begins at their own place.
 */
const workOnce = async (
  engine: ViewsEngine,
  store: EventStore,
  consumers: LogConsumers,
  { signal, onJoined, onTurn }: WorkerReport,
): Promise<void> => {
  await engine.open()
  const opened = await engine.progress()
  const identity = hash('sha256', await engine.identity(), 'hex').slice(0, 16)
  const consumer = await consumers.open(`views-${identity}-${opened.build}`, opened.position)
  const isAfter = (position: Position, other: Position | undefined): boolean =>
    other === undefined || consumers.isAfter(position, other)

  const moveTo = (position: Position, from: Progress): Promise<boolean> => {
    const place = { position, unfinished: from.unfinished }
    return engine.join({ states: new Map(), damages: [] }, from, place)
  }
  /** Joins again what lies between two places: the views may have been taken back to the first one. */
  const joinBetween = async (from: Progress, to: Position): Promise<boolean> => {
    let batch = createBatch()
    let waiting = 0
    const onDamage = (damage: CorruptRecord): void => {
      batch.onDamage(damage)
    }
    for await (const { event, position } of store.readAll({ after: from.position, onDamage })) {
      if (isAfter(position, to)) break
      batch.add(event)
      if ((waiting += 1) < engine.batchSize) continue
      const place = { position, unfinished: from.unfinished }
      if (!(await engine.join(batch.joining, from, place))) return false
      batch = createBatch()
      waiting = 0
    }
    return engine.join(batch.joining, from, { position: to, unfinished: from.unfinished })
  }

  const acknowledged = await consumer.acknowledged()
  if (isAfter(acknowledged, opened.position) && !(await joinBetween(opened, acknowledged))) return
  let placedAt = -Infinity
  while (signal?.aborted !== true) {
    // Before the events are requested: what is erased after it is not joined.
    const from = await engine.progress()
    if (from.build !== opened.build) return
    const erasures = await store.erasures(from.erasures)
    if (erasures.last !== from.erasures) {
      await takeInErasures(store, engine, from, erasures)
      continue
    }
    const batch = createBatch()
    const { events, acknowledge, release } = await consumer.next({
      signal,
      onDamage: batch.onDamage,
    })
    for (const { event } of events) batch.add(event)
    const hasMore = events.length > 0 || batch.joining.damages.length > 0
    const isJoined = !hasMore || (await engine.join(batch.joining, from).catch(giveBack(release)))
    if (!isJoined) {
      await release()
      continue
    }
    await acknowledge()
    onTurn()
    if (events.length > 0) onJoined?.(events.length)
    if (hasMore && performance.now() - placedAt < PLACE_MS) continue
    const reached = await consumer.acknowledged()
    if (isAfter(reached, from.position)) await moveTo(reached, from)
    placedAt = performance.now()
  }
}

/**
 * Keeps views up until a signal: see `ViewsControl.keepUp`. Where the log has consumers, any number of processes share the work;
 * otherwise each process reads everything, which does no harm. It outlives every passing failure.
 *
 * @param catchUp - joins everything that is committed, in this process
 */
export const keepUp = async (
  engine: ViewsEngine,
  store: EventStore,
  catchUp: () => Promise<number>,
  options: KeepUpOptions,
): Promise<void> => {
  const { signal, onFailure, onRecovery, onJoined } = options
  const { consumers } = store
  let failures = 0
  let seen: number | undefined
  const recovered = (): void => {
    if (failures > 0) onRecovery?.()
    failures = 0
  }
  const followAlone = async (): Promise<void> => {
    const joined = await catchUp()
    recovered()
    if (joined > 0) onJoined?.(joined)
    seen = await store.nextCommit(seen, signal)
  }
  while (signal?.aborted !== true) {
    try {
      await (consumers === undefined || !engine.isKept
        ? followAlone()
        : workOnce(engine, store, consumers, { signal, onJoined, onTurn: recovered }))
    } catch (error) {
      if (error instanceof ForeignPosition) {
        await engine.reset(await engine.progress())
        continue
      }
      if (!isPassing(error)) throw error
      failures += 1
      onFailure?.(error)
      await pause(pauseAfter(failures), undefined, signal && { signal }).catch(() => undefined)
    }
  }
}
