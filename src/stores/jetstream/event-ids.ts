import { MESSAGE_ID } from './connection.js'
import type { Log } from './log.js'
import { eventOf, isMarker } from './message.js'
import { tokenOfId } from './subjects.js'

/** The id of the message of an event. The server writes a message id once within its window. */
export const messageIdOf = (eventId: string): string => tokenOfId(eventId)

/** Where an event id was used. */
export interface EventIdUse {
  /** The text of the event that has the id now; undefined if none has it. */
  readonly text: string | undefined
  /** The message id for a new event with this id. */
  readonly messageId: string
}

/**
 * Finds the event that has an id, of any client, within the window of the server. No request asks only for
 * an id. So this publishes a message that has the id and is no event: if the server takes it, no event had
 * the id, and the event gets an id that is made of both. Likewise where the event of an id was erased.
 */
export const findEventId = async (
  { connection, stream, subjects, rewrites }: Log,
  eventId: string,
): Promise<EventIdUse> => {
  const first = messageIdOf(eventId)
  let messageId = first
  for (;;) {
    const answer = await connection.publish({
      subject: subjects.probe,
      body: '',
      headers: { [MESSAGE_ID]: messageId },
    })
    // Another process is just writing it.
    if (answer.code !== undefined) continue
    const { seq } = answer
    messageId = `${first}.${seq}`
    if (!answer.isDuplicate) {
      // Its id stays known without it.
      await connection.erase(stream, seq)
      return { text: undefined, messageId }
    }
    const message = await connection.messageAt(stream, seq)
    await rewrites.refresh()
    const rewritten = rewrites.at(seq)
    const event =
      rewritten ??
      (message !== undefined && message.subject !== subjects.probe && !isMarker(message)
        ? eventOf(message)
        : undefined)
    if (event !== undefined) return { text: event.text, messageId }
  }
}
