import type { NatsConnection } from '@nats-io/transport-node'
import type { Driver } from './driver.js'
import type { StreamMessage } from './message.js'

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
  { transport }: Driver,
  stream: string,
  consumer: string,
  { batch, milliseconds }: PullRequest,
): Promise<ReadonlyArray<Pulled>> =>
  new Promise((resolve, reject) => {
    const messages: Pulled[] = []
    const inbox = transport.createInbox()
    const end = (error?: Error): void => {
      clearTimeout(timer)
      subscription.unsubscribe()
      // What has come is dealt with, whatever came after it.
      if (error === undefined || messages.length > 0) resolve(messages)
      else reject(error)
    }
    const timeout = (): void => {
      end(new transport.TimeoutError())
    }
    const timer = setTimeout(timeout, milliseconds + GRACE_MILLISECONDS)
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) {
          end(error)
          return
        }
        const { subject, headers, data, reply } = message
        const code = headers?.code ?? 0
        if (code === 503) end(new transport.errors.NoRespondersError(inbox))
        // Nothing is there, the time is over, or the consumer has another leader.
        else if (code !== 0) end()
        else if (reply !== undefined) {
          timer.refresh()
          const place = placeIn(reply)
          messages.push({ ...place, subject, headers: headers ?? transport.headers(), data, reply })
          if (messages.length === batch) end()
        }
      },
    })
    const request = {
      ...{ batch, max_bytes: MOST_BYTES, no_wait: true },
      expires: milliseconds * NANOSECONDS,
    }
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
      reply: inbox,
    })
  })
