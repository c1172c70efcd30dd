/** The line of one Client: `toClient` of `src/projections/client.ts`, then its JSON text and a line feed. */
import { copy, writeDecimal } from './bytes'
import * as Listing from './listing'
import { CLIENT_TEXTS } from './memory'
import * as Known from './records'
import * as Word from './keywords'

/** What stands between the values of a Client: u32 length, at 16 the text; 128 bytes each. */
const BEFORE_ID: u32 = 0
const BEFORE_SESSION_IDS: u32 = 1
const BEFORE_SESSIONS: u32 = 2
const BEFORE_LAST_ACTIVE: u32 = 3
const BEFORE_UPDATED_AT: u32 = 4
const BEFORE_CREATED_AT: u32 = 5
const AFTER_CREATED_AT: u32 = 6

/** More than all that is neither text nor id of a session, or of the client. */
const FRAME_BYTES: usize = 512
/** A status by the clock may be longer than the one recorded; marks and spare bytes. */
const SESSION_MARKS: usize = 32

function writePiece(to: usize, piece: u32): usize {
  const from = CLIENT_TEXTS + ((<usize>piece) << 7)
  const length: usize = load<u32>(from)
  copy(to, from + 16, length)
  return to + length
}

function writeId(to: usize, session: usize): usize {
  const length: usize = load<u32>(session, Known.ID_LENGTH)
  store<u8>(to, 0x22)
  copy(to + 1, session + Known.ID_TEXT, length)
  store<u8>(to + 1 + length, 0x22)
  return to + length + 2
}

/** The text of a session, with the status that it reads by the clock. */
function writeSession(to: usize, session: usize): usize {
  const text: usize = load<u32>(session, Known.TEXT)
  const length: usize = load<u32>(session, Known.TEXT_LENGTH)
  const recorded = load<u32>(session, Known.STATUS)
  const status = Listing.statusOf(session)
  if (status == recorded) {
    copy(to, text, length)
    return to + length
  }
  const before: usize = load<u32>(session, Known.STATUS_PLACE)
  const after = before + Word.wordLength(Word.STATUSES + recorded)
  copy(to, text, before)
  to += before
  copy(to, Word.bareWord(Word.STATUSES + status), Word.wordLength(Word.STATUSES + status))
  to += Word.wordLength(Word.STATUSES + status)
  copy(to, text + after, length - after)
  return to + length - after
}

function writeIds(to: usize): usize {
  for (let index: u32 = 0; index < Listing.count; index += 1) {
    if (index > 0) {
      store<u8>(to, 0x2c)
      to += 1
    }
    to = writeId(to, Listing.sessionAt(index))
  }
  return to
}

function writeSessions(to: usize): usize {
  for (let index: u32 = 0; index < Listing.count; index += 1) {
    if (index > 0) {
      store<u8>(to, 0x2c)
      to += 1
    }
    to = writeSession(to, Listing.sessionAt(index))
  }
  return to
}

function writeLastActive(to: usize): usize {
  const session = Listing.lastActive()
  if (session != 0) return writeId(to, session)
  store<u32>(to, 0x6c6c756e) // null
  return to + 4
}

/** At least as many bytes as the line of the client with the listed sessions takes. */
export function mostBytes(client: usize): usize {
  let bytes = FRAME_BYTES + <usize>load<u32>(client, Known.CLIENT_ID_LENGTH)
  for (let index: u32 = 0; index < Listing.count; index += 1) {
    const session = Listing.sessionAt(index)
    const id: usize = load<u32>(session, Known.ID_LENGTH)
    bytes += SESSION_MARKS + 2 * id + <usize>load<u32>(session, Known.TEXT_LENGTH)
  }
  return bytes
}

/** Writes the line of the client with the listed sessions; returns where it ends. */
export function writeClient(to: usize, client: usize): usize {
  const idLength: usize = load<u32>(client, Known.CLIENT_ID_LENGTH)
  to = writePiece(to, BEFORE_ID)
  copy(to, client + Known.CLIENT_ID_TEXT, idLength)
  to = writePiece(to + idLength, BEFORE_SESSION_IDS)
  to = writePiece(writeIds(to), BEFORE_SESSIONS)
  to = writePiece(writeSessions(to), BEFORE_LAST_ACTIVE)
  to = writePiece(writeLastActive(to), BEFORE_UPDATED_AT)
  to = writePiece(writeDecimal(to, Listing.greatestUpdated), BEFORE_CREATED_AT)
  return writePiece(writeDecimal(to, Listing.leastCreated), AFTER_CREATED_AT)
}
