import type { Msg, NatsConnection } from '@nats-io/transport-node'
import type { Driver } from './driver.js'
import type { StreamMessage } from './message.js'
import { readReplies, type Reply } from './replies.js'

/** A message of a consumer, with the subject on which it is acknowledged. */
export interface Pulled extends StreamMessage {
  readonly reply: string
}

/** How many messages are requested, and how long to wait for the first one. */
export interface PullRequest {
  readonly batch: number
  readonly milliseconds: number
}

/** More than this is not given at once, however few messages it is. */
const MOST_BYTES = 16 * 1024 * 1024

const NANOSECONDS = 1_000_000

/** How much longer than the server this process waits for an answer. */
const GRACE_MILLISECONDS = 3000

/**
 * The place and the time in the subject on which a message is acknowledged:
 * `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<place>.<number>.<nanoseconds>.<pending>…`
 */
const placeIn = (reply: string): { readonly seq: number; readonly time: number } => {
  const tokens = reply.split('.')
  const start = tokens.length >= 11 ? 4 : 2
  return { seq: Number(tokens[start + 3]), time: Number(tokens[start + 5]) / NANOSECONDS }
}

/** Asks a consumer for messages: for those that are there, or for the next ones within a time. */
export const pullMessages = (
  nc: NatsConnection,
  driver: Driver,
  stream: string,
  consumer: string,
  { batch, milliseconds }: PullRequest,
): Promise<ReadonlyArray<Pulled>> => {
  const replyOf = ({ subject, headers, data, reply }: Msg): Reply<Pulled> => {
    // A code says that nothing is there, that the time is over, or that the consumer has another leader.
    if ((headers?.code ?? 0) !== 0 || reply === undefined) return 'end'
    const place = placeIn(reply)
    return {
      item: { ...place, subject, headers: headers ?? driver.transport.headers(), data, reply },
    }
  }
  const request = {
    subject: `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
    body: {
      ...{ batch, max_bytes: MOST_BYTES, no_wait: true },
      expires: milliseconds * NANOSECONDS,
    },
    milliseconds: milliseconds + GRACE_MILLISECONDS,
    most: batch,
    // What has come is dealt with, whatever came after it.
    keepsPart: true,
  }
  return readReplies(nc, driver, request, replyOf)
}
