import type { Msg, NatsConnection } from '@nats-io/transport-node'
import type { Driver } from './driver.js'

/** A request that the server answers with several messages. */
export interface RepliesRequest {
  readonly subject: string
  readonly body: unknown
  /** How long to wait for the next message. */
  readonly milliseconds: number
  /** After so many items no further message comes; until the server says that it was the last one unless given. */
  readonly most?: number
  /** Whether the items that came before a failure are the answer. */
  readonly keepsPart?: boolean
}

/** What a message of an answer says: an item, that nothing follows, or a refusal. */
export type Reply<A> = { readonly item: A } | 'end' | Error

/** Reads the items of an answer until its end. */
export const readReplies = <A>(
  nc: NatsConnection,
  { transport }: Driver,
  { subject, body, milliseconds, most = Infinity, keepsPart = false }: RepliesRequest,
  replyOf: (message: Msg) => Reply<A>,
): Promise<ReadonlyArray<A>> =>
  new Promise((resolve, reject) => {
    const items: A[] = []
    const inbox = transport.createInbox()
    const end = (error?: Error): void => {
      clearTimeout(timer)
      subscription.unsubscribe()
      if (error === undefined || (keepsPart && items.length > 0)) resolve(items)
      else reject(error)
    }
    const timer = setTimeout(() => {
      end(new transport.TimeoutError())
    }, milliseconds)
    const take = (message: Msg): void => {
      const reply = replyOf(message)
      if (reply === 'end') end()
      else if (reply instanceof Error) end(reply)
      else {
        timer.refresh()
        items.push(reply.item)
        if (items.length === most) end()
      }
    }
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) end(error)
        else if (message.headers?.code === 503) end(new transport.errors.NoRespondersError(inbox))
        else take(message)
      },
    })
    nc.publish(subject, JSON.stringify(body), { reply: inbox })
  })
