/**
 * What is known, one record for each client and each session of it.
 *
 *     client   0  u32 first session, u32 length of the id
 *              8  u32 line, u32 its length     if the whole Client was written elsewhere (see `merge.ts`)
 *             16  the id
 *
 *     session  0  u32 next session of the client, u32 client
 *              8  u32 text, u32 its length     0 if it is removed: such a session is never written
 *             16  u32 size of its slot, u32 place of the status in it
 *             24  u32 status, by severity; u32 length of the id
 *             32  i64 said, last_active_at, expire_at, abandon_at, updated_at, created_at
 *             80  i64 least created_at, greatest updated_at that were ever said of it
 *             96  u32 tag
 *            104  the id
 */
import { allocate } from './arena'
import { areSame, copy } from './bytes'
import * as Event from './event'

export const FIRST_SESSION: usize = 0
export const CLIENT_ID_LENGTH: usize = 4
export const LINE: usize = 8
export const LINE_LENGTH: usize = 12
export const CLIENT_ID_TEXT: usize = 16

export const NEXT: usize = 0
export const CLIENT: usize = 4
export const TEXT: usize = 8
export const TEXT_LENGTH: usize = 12
export const SLOT_SIZE: usize = 16
export const STATUS_PLACE: usize = 20
export const STATUS: usize = 24
export const ID_LENGTH: usize = 28
export const SAID: usize = 32
export const LAST_ACTIVE: usize = 40
export const EXPIRE: usize = 48
export const ABANDON: usize = 56
export const UPDATED: usize = 64
export const CREATED: usize = 72
export const LEAST_CREATED: usize = 80
export const GREATEST_UPDATED: usize = 88
export const TAG: usize = 96
export const ID_TEXT: usize = 104

/** A client without sessions. */
export function newClient(id: usize, length: usize): usize {
  const client = allocate(CLIENT_ID_TEXT + length + 16)
  store<u32>(client, 0, FIRST_SESSION)
  store<u32>(client, <u32>length, CLIENT_ID_LENGTH)
  store<u64>(client, 0, LINE)
  copy(client + CLIENT_ID_TEXT, id, length)
  return client
}

/** A session of which no version is known yet, at the head of its client's. */
export function newSession(event: usize, client: usize): usize {
  const length: usize = load<u32>(event, Event.SESSION_ID_LENGTH)
  const session = allocate(ID_TEXT + length + 16)
  store<u32>(session, load<u32>(client, FIRST_SESSION), NEXT)
  store<u32>(client, <u32>session, FIRST_SESSION)
  store<u32>(session, <u32>client, CLIENT)
  store<u64>(session, 0, TEXT)
  store<u32>(session, 0, SLOT_SIZE)
  store<u32>(session, <u32>length, ID_LENGTH)
  store<i64>(session, i64.MAX_VALUE, LEAST_CREATED)
  store<i64>(session, i64.MIN_VALUE, GREATEST_UPDATED)
  store<u32>(session, load<u32>(event, Event.TAG), TAG)
  copy(session + ID_TEXT, load<u32>(event, Event.SESSION_ID), length)
  return session
}

/** True if the client has that id. */
export function isClient(client: usize, id: usize, length: usize): bool {
  return (
    load<u32>(client, CLIENT_ID_LENGTH) == <u32>length &&
    areSame(client + CLIENT_ID_TEXT, id, length)
  )
}

/** True if the event speaks of that session of that client. */
export function isSession(session: usize, event: usize): bool {
  const length: usize = load<u32>(event, Event.SESSION_ID_LENGTH)
  return (
    load<u32>(session, ID_LENGTH) == <u32>length &&
    areSame(session + ID_TEXT, load<u32>(event, Event.SESSION_ID), length) &&
    isClient(
      load<u32>(session, CLIENT),
      load<u32>(event, Event.OWNER),
      load<u32>(event, Event.OWNER_LENGTH),
    )
  )
}
