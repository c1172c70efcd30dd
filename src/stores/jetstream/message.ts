import type { MsgHdrs } from '@nats-io/transport-node'
import type { RecordProblem } from '../../event-store/store-error.js'

/** A message of a stream. */
export interface StreamMessage {
  readonly seq: number
  readonly subject: string
  readonly headers: MsgHdrs
  readonly data: Uint8Array
  /** When the server took it, epoch milliseconds. */
  readonly time: number
}

/** The names of the headers. Each message carries them, so they are short. */
export const HEADER = {
  /** Of an event. */
  revision: 'Revision',
  /** The revision of the client's last event, once the message is written. */
  last: 'Last',
  /** Epoch milliseconds. */
  recordedAt: 'Recorded',
  /** `2/3`: the second one of three messages that were written together. */
  part: 'Part',
  /** Of a marker: `open` or `done`. */
  marker: 'Marker',
  /** Of a marker: the hash of the client. */
  client: 'Client',
} as const

/** An event of the log. */
export interface EventMessage {
  readonly seq: number
  readonly clientToken: string
  readonly revision: number
  readonly recordedAt: number
  readonly text: string
  readonly problem?: RecordProblem | undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const numberIn = (headers: MsgHdrs, name: string): number => {
  const text = headers.get(name)
  return text === '' ? Number.NaN : Number(text)
}

/**
 * Whether the message is a marker. A marker follows the events of a client from which something goes: who has
 * read the client before it cannot write after it.
 */
export const isMarker = ({ headers }: StreamMessage): boolean => headers.has(HEADER.marker)

/** Whether what the marker announced may not have ended. */
export const isOpenMarker = ({ headers }: StreamMessage): boolean =>
  headers.get(HEADER.marker) === 'open'

/** The revision of the client's last event at this message; 0 for a client without events. */
export const lastRevisionOf = ({ headers }: StreamMessage): number =>
  numberIn(headers, HEADER.last) || 0

/** How many messages of the same batch come after this one. */
export const restOfBatch = ({ headers }: StreamMessage): number => {
  const [, place = '1', size = '1'] = /^(\d+)\/(\d+)$/.exec(headers.get(HEADER.part)) ?? []
  return Number(size) - Number(place)
}

export const textOf = (data: Uint8Array): string => decoder.decode(data)

/** The event of a message. What another program wrote to the subject is a damaged event. */
export const eventOf = (message: StreamMessage): EventMessage => {
  const { seq, subject, headers, data } = message
  const revision = numberIn(headers, HEADER.revision)
  const recordedAt = numberIn(headers, HEADER.recordedAt)
  const place = { seq, clientToken: subject.slice(subject.lastIndexOf('.') + 1), revision }
  const isWritten = Number.isSafeInteger(revision) && Number.isSafeInteger(recordedAt)
  try {
    const text = decoder.decode(data)
    return isWritten
      ? { ...place, recordedAt, text }
      : { ...place, recordedAt: 0, text, problem: 'checksum' }
  } catch {
    return { ...place, recordedAt: 0, text: '', problem: 'not-utf-8' }
  }
}
