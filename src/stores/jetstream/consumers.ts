import { setTimeout as delay } from 'node:timers/promises'
import type { ConsumerEngine, EngineConsumer, StoredDelivery } from '../kit/consumer-engine.js'
import { storedEventOf, type Log } from './log.js'
import { eventOf, isMarker } from './message.js'
import type { Pulled } from './pull.js'

/** How many events a process is given at a time. */
const BATCH = 2000

/** The most processes that are given events at the same time. */
const MOST_PROCESSES = 32

/** How long a process waits for the first event. */
const WAIT_MILLISECONDS = 1000

/** How long an empty answer that came at once is not asked for again. */
const PAUSE_MILLISECONDS = 50

/** After so long without an acknowledgement, another process is given the event. */
const ACKNOWLEDGE_MILLISECONDS = 10_000

/** A consumer that no process uses for so long is removed by the server. */
const INACTIVE_MILLISECONDS = 3_600_000

const NANOSECONDS = 1_000_000

const createConsumer = (log: Log, name: string): EngineConsumer => {
  const { connection, stream, life } = log
  const stored = storedEventOf(life)
  const pull = (): Promise<ReadonlyArray<Pulled>> =>
    connection.pull(stream, name, { batch: BATCH, milliseconds: WAIT_MILLISECONDS })
  const deliveryOf = (messages: ReadonlyArray<Pulled>): StoredDelivery => {
    const replies = messages.map(({ reply }) => reply)
    return {
      events: messages.filter((message) => !isMarker(message)).map((each) => stored(eventOf(each))),
      acknowledge: () => connection.acknowledge(replies, true),
      release: () => connection.acknowledge(replies, false),
    }
  }
  return {
    next: async (signal) => {
      const askedAt = performance.now()
      const messages = await pull()
      // The server answers at once where other processes already wait for what is left.
      if (messages.length === 0 && performance.now() - askedAt < PAUSE_MILLISECONDS) {
        await delay(PAUSE_MILLISECONDS, undefined, signal && { signal }).catch(() => undefined)
      }
      return deliveryOf(messages)
    },
    acknowledged: async () =>
      life.positionOf((await connection.consumer(stream, name))?.ack_floor.stream_seq ?? 0),
  }
}

/**
 * Durable pull consumers of the events of a log. So many events may wait for their acknowledgement that no
 * process waits for another one: twice the batches of all.
 */
export const createConsumers = (log: Log): ConsumerEngine => {
  const { connection, stream, subjects, life } = log
  return {
    isAfter: (position, other) => life.seqOf(position) > life.seqOf(other),
    open: async (name, after) => {
      const start = after === undefined ? 1 : life.seqOf(after) + 1
      if ((await connection.consumer(stream, name)) === undefined) {
        await connection.createConsumer(stream, {
          durable_name: name,
          filter_subject: subjects.allClients,
          ack_policy: 'explicit',
          ack_wait: ACKNOWLEDGE_MILLISECONDS * NANOSECONDS,
          max_ack_pending: 2 * MOST_PROCESSES * BATCH,
          inactive_threshold: INACTIVE_MILLISECONDS * NANOSECONDS,
          deliver_policy: 'by_start_sequence',
          opt_start_seq: start,
        })
      }
      return createConsumer(log, name)
    },
  }
}
