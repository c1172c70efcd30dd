/** Writes the line of one Client: what `toClient` of `src/projections/client.ts` gives, as JSON, and a line feed. */
import * as Layout from '../layout'
import { FIRST_STATUS } from '../keyword-numbers'
import { COMMA, NULL, QUOTE } from './ascii'
import { copy, writeDecimal } from './bytes'
import * as Keyword from './keywords'
import * as Listing from './listing'

/** At least as much as the parts of a Client take that are neither its id nor its sessions. */
const FRAME_BYTES: usize = 512
/**
 * At least as much as a session takes beside its text and twice its id: quotes, commas, a status by the
 * clock that is longer than the one recorded, spare bytes.
 */
const SESSION_EXTRA_BYTES: usize = 32
const NULL_LENGTH: usize = 4

function writePart(to: usize, part: u32): usize {
  const from = <usize>Layout.CLIENT_TEXTS + <usize>part * Layout.CLIENT_TEXT_BYTES
  const length: usize = load<u32>(from, Layout.CLIENT_TEXT_LENGTH)
  copy(to, from + Layout.CLIENT_TEXT_START, length)
  return to + length
}

function writeId(to: usize, session: usize): usize {
  const length: usize = load<u32>(session, Layout.SESSION_ID_LENGTH)
  store<u8>(to, QUOTE)
  copy(to + 1, session + Layout.SESSION_ID_TEXT, length)
  store<u8>(to + 1 + length, QUOTE)
  return to + length + 2
}

/** The text of a session, with the status that it has by the clock. */
function writeSession(to: usize, session: usize): usize {
  const text: usize = load<u32>(session, Layout.SESSION_TEXT)
  const length: usize = load<u32>(session, Layout.SESSION_TEXT_LENGTH)
  assert(text != 0)
  const recorded = load<u32>(session, Layout.SESSION_STATUS)
  const status = Listing.statusOf(session)
  if (status == recorded) {
    copy(to, text, length)
    return to + length
  }
  const before: usize = load<u32>(session, Layout.SESSION_STATUS_PLACE)
  const after = before + Keyword.keywordLength(FIRST_STATUS + recorded)
  const statusLength = Keyword.keywordLength(FIRST_STATUS + status)
  copy(to, text, before)
  to += before
  copy(to, Keyword.bareKeyword(FIRST_STATUS + status), statusLength)
  to += statusLength
  copy(to, text + after, length - after)
  return to + length - after
}

function writeComma(to: usize, index: u32): usize {
  if (index == 0) return to
  store<u8>(to, COMMA)
  return to + 1
}

function writeIds(to: usize): usize {
  for (let index: u32 = 0; index < Listing.sessionCount; index += 1) {
    to = writeId(writeComma(to, index), Listing.sessionAt(index))
  }
  return to
}

function writeSessions(to: usize): usize {
  for (let index: u32 = 0; index < Listing.sessionCount; index += 1) {
    to = writeSession(writeComma(to, index), Listing.sessionAt(index))
  }
  return to
}

function writeLastActive(to: usize): usize {
  const session = Listing.lastActive()
  if (session != 0) return writeId(to, session)
  store<u32>(to, NULL)
  return to + NULL_LENGTH
}

/** At least as many bytes as the line of the client with the listed sessions takes. */
export function maxLineBytes(client: usize): usize {
  let bytes = FRAME_BYTES + <usize>load<u32>(client, Layout.CLIENT_ID_LENGTH)
  for (let index: u32 = 0; index < Listing.sessionCount; index += 1) {
    const session = Listing.sessionAt(index)
    const id: usize = load<u32>(session, Layout.SESSION_ID_LENGTH)
    bytes += SESSION_EXTRA_BYTES + 2 * id + <usize>load<u32>(session, Layout.SESSION_TEXT_LENGTH)
  }
  return bytes
}

/** Writes the line of the client with the listed sessions; returns the address behind it. */
export function writeClient(to: usize, client: usize): usize {
  const start = to
  const idLength: usize = load<u32>(client, Layout.CLIENT_ID_LENGTH)
  to = writePart(to, Layout.BEFORE_ID)
  copy(to, client + Layout.CLIENT_ID_TEXT, idLength)
  to = writePart(to + idLength, Layout.BEFORE_SESSION_IDS)
  to = writePart(writeIds(to), Layout.BEFORE_SESSIONS)
  to = writePart(writeSessions(to), Layout.BEFORE_LAST_ACTIVE)
  to = writePart(writeLastActive(to), Layout.BEFORE_UPDATED_AT)
  to = writePart(writeDecimal(to, Listing.greatestUpdatedAt), Layout.BEFORE_CREATED_AT)
  to = writePart(writeDecimal(to, Listing.leastCreatedAt), Layout.AFTER_CREATED_AT)
  assert(to - start + Layout.VECTOR_BYTES <= maxLineBytes(client))
  return to
}
