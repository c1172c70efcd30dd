import type { Connection } from './connection.js'
import { EXPECTED_LAST } from './connection.js'
import { textOf, type EventMessage } from './message.js'
import { readToEnd } from './read-to-end.js'

/** A rewritten event: it keeps its place, and the message at that place is erased. */
interface Rewrite {
  readonly version: number
  /** The place of the rewrite among the notes. */
  readonly noteSeq: number
  /** Null if the event was deleted after it was rewritten. */
  readonly event: EventMessage | null
}

type Body = readonly [clientToken: string, revision: number, recordedAt: number, text: string]

/**
 * The events that were rewritten because something of them was erased. JetStream changes no message, so the
 * new text stands in the stream of notes under the place of the old one: `w.<place>.<version>`. There are
 * few, so each process holds all of them.
 */
export class Rewrites {
  readonly #connection: Connection
  readonly #stream: string
  readonly #rewrites = new Map<number, Rewrite>()
  #next = 1
  #refreshing: Promise<void> | undefined

  constructor(connection: Connection, notesStream: string) {
    this.#connection = connection
    this.#stream = notesStream
  }

  /** Reads what was rewritten since the last call. */
  async refresh(): Promise<void> {
    const refreshing = (this.#refreshing ?? Promise.resolve()).then(() => this.#readOn())
    this.#refreshing = refreshing.catch(() => undefined)
    return refreshing
  }

  /** The rewritten event at a place. */
  at(seq: number): EventMessage | undefined {
    return this.#rewrites.get(seq)?.event ?? undefined
  }

  /** The rewritten events of a client. */
  ofClient(clientToken: string): ReadonlyArray<EventMessage> {
    return this.#present().filter((event) => event.clientToken === clientToken)
  }

  /** The rewritten events at the places from one to another. */
  between(from: number, to: number): ReadonlyArray<EventMessage> {
    return this.#present().filter(({ seq }) => seq >= from && seq <= to)
  }

  /** Rewrites an event durably; null deletes what it was rewritten to. */
  async put(seq: number, event: EventMessage | null): Promise<void> {
    for (;;) {
      await this.refresh()
      const before = this.#rewrites.get(seq)
      if (event === null && (before?.event ?? null) === null) return
      const body: Body | null = event && [
        event.clientToken,
        event.revision,
        event.recordedAt,
        event.text,
      ]
      const answer = await this.#connection.publish({
        subject: `${this.#stream}.w.${seq}.${(before?.version ?? 0) + 1}`,
        body: body === null ? '' : JSON.stringify(body),
        headers: { [EXPECTED_LAST]: 0 },
      })
      if (answer.code !== undefined) continue
      if (before !== undefined) await this.#connection.erase(this.#stream, before.noteSeq)
      return this.refresh()
    }
  }

  #present(): ReadonlyArray<EventMessage> {
    return Array.from(this.#rewrites.values(), ({ event }) => event).filter(
      (event) => event !== null,
    )
  }

  async #readOn(): Promise<void> {
    const subject = `${this.#stream}.w.*.*`
    for await (const page of readToEnd(this.#connection, this.#stream, subject, this.#next)) {
      for (const { seq: noteSeq, subject: name, data } of page) {
        const [seq = 0, version = 0] = name.split('.').slice(-2).map(Number)
        this.#next = Math.max(this.#next, noteSeq + 1)
        if ((this.#rewrites.get(seq)?.version ?? 0) >= version) continue
        this.#rewrites.set(seq, { version, noteSeq, event: rewrittenOf(seq, data) })
      }
    }
  }
}

const rewrittenOf = (seq: number, data: Uint8Array): EventMessage | null => {
  if (data.length === 0) return null
  const [clientToken, revision, recordedAt, text] = JSON.parse(textOf(data)) as Body
  return { seq, clientToken, revision, recordedAt, text }
}
