import type { Connection } from './connection.js'
import { EXPECTED_LAST } from './connection.js'
import { textOf, type StreamMessage } from './message.js'
import { readToEnd } from './read-to-end.js'

/** What stands on one subject of the stream of notes. */
export interface StoredNote {
  readonly seq: number
  readonly body: Uint8Array
}

/** Decides what stands on a subject from now on: undefined leaves it as it is. */
export type Change = (stored: StoredNote | undefined) => string | Uint8Array | undefined

/**
 * The stream of everything that is no event. The last message on a subject counts. It is written only if
 * nothing else was written to the subject since it was read.
 */
export interface Notes {
  readonly read: (name: string) => Promise<StoredNote | undefined>
  /** Adds a note durably. One that is there already stays. */
  readonly add: (name: string, body: string) => Promise<void>
  /** Changes a note durably, and answers whether it has changed. The older message is erased. */
  readonly change: (name: string, change: Change) => Promise<boolean>
  /** The notes whose names match a pattern, in the order in which they were written. */
  readonly all: (pattern: string) => AsyncGenerator<ReadonlyArray<NamedNote>, void>
  /** The last note that was written of those whose names match a pattern. */
  readonly last: (pattern: string) => Promise<NamedNote | undefined>
  /** Erases a note. */
  readonly remove: (name: string) => Promise<boolean>
}

/** A note with its name: the subject without the name of the stream. */
export interface NamedNote extends StoredNote {
  readonly name: string
}

/** The note's text and number, as a backup has them. */
export const noteOf = ({
  body,
}: StoredNote): { readonly text: string; readonly number: number } => {
  const [text, number] = JSON.parse(textOf(body)) as [string, number]
  return { text, number }
}

/** The notes in a stream. */
export const createNotes = (connection: Connection, stream: string): Notes => {
  const subjectOf = (name: string): string => `${stream}.${name}`
  const noted = ({ seq, subject, data }: StreamMessage): NamedNote => ({
    seq,
    body: data,
    name: subject.slice(stream.length + 1),
  })
  const read = async (name: string): Promise<StoredNote | undefined> => {
    const message = await connection.lastOn(stream, subjectOf(name))
    return message && noted(message)
  }
  return {
    read,
    add: async (name, body) => {
      await connection.publish({ subject: subjectOf(name), body, headers: { [EXPECTED_LAST]: 0 } })
    },
    change: async (name, change) => {
      for (;;) {
        const stored = await read(name)
        const body = change(stored)
        if (body === undefined) return false
        const answer = await connection.publish({
          subject: subjectOf(name),
          body,
          headers: { [EXPECTED_LAST]: stored?.seq ?? 0 },
        })
        if (answer.code !== undefined) continue
        if (stored !== undefined) await connection.erase(stream, stored.seq)
        return true
      }
    },
    all: async function* (pattern) {
      for await (const page of readToEnd(connection, stream, subjectOf(pattern), 1)) {
        yield page.map(noted)
      }
    },
    last: async (pattern) => {
      const message = await connection.lastOn(stream, subjectOf(pattern))
      return message && noted(message)
    },
    remove: async (name) => {
      let wasThere = false
      for (;;) {
        const stored = await read(name)
        if (stored === undefined) return wasThere
        wasThere = true
        await connection.erase(stream, stored.seq)
      }
    },
  }
}
