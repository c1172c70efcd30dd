import type { NatsConnection } from '@nats-io/transport-node'
import type { Driver } from './driver.js'
import type { StreamMessage } from './message.js'

/** How long one request waits for its next message. */
const ANSWER_MILLISECONDS = 3000

/** Which messages to read, on any server that has the stream. */
export type DirectRequest =
  | { readonly seq: number; readonly next_by_subj: string; readonly batch: number }
  | { readonly multi_last: ReadonlyArray<string>; readonly batch: number }

/** Reads the messages of one request until the server says that it was the last one. */
export const readDirect = (
  nc: NatsConnection,
  { transport }: Driver,
  stream: string,
  request: DirectRequest,
): Promise<ReadonlyArray<StreamMessage>> =>
  new Promise((resolve, reject) => {
    const messages: StreamMessage[] = []
    const inbox = transport.createInbox()
    const end = (error?: Error): void => {
      clearTimeout(timer)
      subscription.unsubscribe()
      if (error === undefined) resolve(messages)
      else reject(error)
    }
    const timeout = (): void => {
      end(new transport.TimeoutError())
    }
    const timer = setTimeout(timeout, ANSWER_MILLISECONDS)
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) {
          end(error)
          return
        }
        const { headers, data } = message
        const code = headers?.code ?? 0
        // 204: the end; 404: no messages.
        if (code === 204 || code === 404) end()
        else if (code === 503) end(new transport.errors.NoRespondersError(inbox))
        else if (code !== 0 || headers === undefined) {
          end(Object.assign(new Error('JetStream refuses to read'), { code: 10000 + code }))
        } else {
          timer.refresh()
          const seq = Number(headers.get('Nats-Sequence'))
          const time = Date.parse(headers.get('Nats-Time-Stamp'))
          messages.push({ seq, subject: headers.get('Nats-Subject'), headers, data, time })
        }
      },
    })
    nc.publish(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify(request), { reply: inbox })
  })
