import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Connection } from './connection.js'
import { restOfBatch, type StreamMessage } from './message.js'

const PAGE = 1000
const PAUSE_MILLISECONDS = 10
const LONGEST_WAIT_MILLISECONDS = 5000

/** A server can lag behind the leader, and a batch is visible while it is written. Neither takes long. */
const createPatience = (): (() => Promise<void>) => {
  const deadline = performance.now() + LONGEST_WAIT_MILLISECONDS
  return async () => {
    if (performance.now() > deadline) {
      throw new StoreUnavailable('busy', 'JetStream did not show in time what it has acknowledged')
    }
    await delay(PAUSE_MILLISECONDS)
  }
}

/**
 * The place at which a reading ends: the last message on a subject, and the rest of its batch.
 *
 * @param all - the subjects of all messages that a batch can have
 */
export const endOf = async (
  connection: Connection,
  stream: string,
  subject: string,
  all = subject,
): Promise<number> => {
  const last = await connection.lastOn(stream, subject)
  if (last === undefined) return 0
  const rest = restOfBatch(last)
  const patience = createPatience()
  while (rest > 0 && ((await connection.lastOn(stream, all))?.seq ?? 0) < last.seq + rest) {
    // The rest of the batch is there, and was erased again.
    if ((await connection.info(stream)).state.last_seq >= last.seq + rest) break
    await patience()
  }
  return last.seq + rest
}

/** The messages on a subject, from a place to the end that the leader has when the reading begins. */
export async function* readToEnd(
  connection: Connection,
  stream: string,
  subject: string,
  from: number,
  end?: number,
): AsyncGenerator<ReadonlyArray<StreamMessage>, void> {
  let last = end ?? (await endOf(connection, stream, subject))
  let next = from
  let patience = createPatience()
  while (next <= last) {
    const page = await connection.direct(stream, { seq: next, next_by_subj: subject, batch: PAGE })
    const read = page.filter(({ seq }) => seq >= next && seq <= last)
    const lastRead = page.at(-1)
    if (lastRead !== undefined) {
      next = lastRead.seq + 1
      patience = createPatience()
      if (read.length > 0) yield read
      continue
    }
    // Either everything after it was erased, or this server does not have it yet.
    const present = await connection.lastOn(stream, subject)
    last = Math.min(last, present?.seq ?? 0)
    if (next <= last) await patience()
  }
}
