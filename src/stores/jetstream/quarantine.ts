import type { QuarantineEngine } from '../kit/quarantine-engine.js'
import type { QuarantineRecord } from '../kit/quarantine-record.js'
import { textOf } from './message.js'
import type { Notes, StoredNote } from './notes.js'
import { tokenOf } from './subjects.js'

/** A line of JSON, and after it the bytes of the body. */
const noteOf = ({ key, receivedAt, about, body }: QuarantineRecord): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify([key, receivedAt, about])}\n`), body])

const recordOf = ({ body: bytes }: StoredNote): QuarantineRecord => {
  const end = bytes.indexOf(10)
  const [key, receivedAt, about] = JSON.parse(textOf(bytes.subarray(0, end))) as [
    string,
    number,
    string,
  ]
  return { key, receivedAt, about, body: bytes.subarray(end + 1) }
}

/** The quarantine, as notes. */
export const createQuarantineEngine = (notes: Notes): QuarantineEngine => ({
  keep: async (record) => {
    await notes.change(`q.${tokenOf(record.key)}`, (stored) =>
      stored === undefined ? noteOf(record) : undefined,
    )
  },
  places: async () => {
    const places = new Map<string, Omit<QuarantineRecord, 'body'>>()
    for await (const page of notes.all('q.*')) {
      for (const note of page) {
        const { key, receivedAt, about } = recordOf(note)
        places.set(key, { key, receivedAt, about })
      }
    }
    return [...places.values()]
  },
  read: async (keys) => {
    const found = await Promise.all(keys.map((key) => notes.read(`q.${tokenOf(key)}`)))
    return found.flatMap((note) => (note === undefined ? [] : recordOf(note)))
  },
  remove: (key) => notes.remove(`q.${tokenOf(key)}`),
})
