import { isUtf8 } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import { parseEvent } from '../../events/decode-event.js'
import type { RecordProblem } from '../../event-store/store-error.js'
import type { StoredEvent } from '../kit/event-record.js'
import { hasChecksum, keyChecksumOf } from '../kit/record-checksum.js'
import { bytesOf } from './blob.js'
import type { ExactRow } from './statements.js'

const problemOf = ({ content, client, event, text, checksum }: ExactRow): RecordProblem | null => {
  const [clientKey, textBytes] = [bytesOf(client), bytesOf(text)]
  const key = keyChecksumOf(clientKey.toString())
  const isText = isUtf8(clientKey) && isUtf8(bytesOf(event)) && isUtf8(textBytes)
  if (isText && hasChecksum(bytesOf(content), key, Number(checksum))) return null
  if (!isText) return 'not-utf-8'
  return E.isRight(parseEvent(textBytes.toString())) ? 'checksum' : 'not-an-event'
}

/** The event of a row that was read alone, with what is wrong with it. */
export const eventOfExact = (row: ExactRow, life: string): StoredEvent => {
  const problem = problemOf(row)
  const client = bytesOf(row.client)
  return {
    text: bytesOf(row.text).toString(),
    recordedAt: row.recorded,
    revision: row.revision,
    position: `${life}/${row.place}`,
    clientKey: isUtf8(client) ? client.toString() : undefined,
    ...(problem !== null && { problem }),
  }
}
