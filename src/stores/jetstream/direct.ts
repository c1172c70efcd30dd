import type { Msg, NatsConnection } from '@nats-io/transport-node'
import type { Driver } from './driver.js'
import type { StreamMessage } from './message.js'
import { readReplies, type Reply } from './replies.js'

/** How long one request waits for its next message. */
const ANSWER_MILLISECONDS = 3000

/** Which messages to read, on any server that has the stream. */
export type DirectRequest =
  | { readonly seq: number; readonly next_by_subj: string; readonly batch: number }
  | { readonly multi_last: ReadonlyArray<string>; readonly batch: number }

const replyOf = ({ headers, data }: Msg): Reply<StreamMessage> => {
  const code = headers?.code ?? 0
  // 204: the end; 404: no messages.
  if (code === 204 || code === 404) return 'end'
  if (code !== 0 || headers === undefined) {
    return Object.assign(new Error('JetStream refuses to read'), { code: 10000 + code })
  }
  const seq = Number(headers.get('Nats-Sequence'))
  const time = Date.parse(headers.get('Nats-Time-Stamp'))
  return { item: { seq, subject: headers.get('Nats-Subject'), headers, data, time } }
}

/** Reads the messages of one request until the server says that it was the last one. */
export const readDirect = (
  nc: NatsConnection,
  driver: Driver,
  stream: string,
  request: DirectRequest,
): Promise<ReadonlyArray<StreamMessage>> => {
  const subject = `$JS.API.DIRECT.GET.${stream}`
  return readReplies(
    nc,
    driver,
    { subject, body: request, milliseconds: ANSWER_MILLISECONDS },
    replyOf,
  )
}
