/** Makes and finds the records of clients and sessions: `../layout.ts` has their fields. */
import * as Layout from '../layout'
import { allocate } from './arena'
import { areSame, copy } from './bytes'

/** A client without sessions. */
export function newClient(id: usize, length: usize): usize {
  const client = allocate(<usize>Layout.CLIENT_HEAD_BYTES + length + Layout.VECTOR_BYTES)
  store<u32>(client, 0, Layout.CLIENT_FIRST_SESSION)
  store<u32>(client, <u32>length, Layout.CLIENT_ID_LENGTH)
  store<u32>(client, 0, Layout.CLIENT_LINE)
  store<u32>(client, 0, Layout.CLIENT_LINE_LENGTH)
  copy(client + Layout.CLIENT_ID_TEXT, id, length)
  return client
}

/** A session without a version, at the head of the list of its client. */
export function newSession(event: usize, client: usize): usize {
  const length: usize = load<u32>(event, Layout.EVENT_SESSION_ID_LENGTH)
  const session = allocate(<usize>Layout.SESSION_HEAD_BYTES + length + Layout.VECTOR_BYTES)
  store<u32>(session, load<u32>(client, Layout.CLIENT_FIRST_SESSION), Layout.SESSION_NEXT)
  store<u32>(client, <u32>session, Layout.CLIENT_FIRST_SESSION)
  store<u32>(session, <u32>client, Layout.SESSION_CLIENT)
  store<u32>(session, 0, Layout.SESSION_TEXT)
  store<u32>(session, 0, Layout.SESSION_TEXT_LENGTH)
  store<u32>(session, 0, Layout.SESSION_SLOT_BYTES)
  store<u32>(session, <u32>length, Layout.SESSION_ID_LENGTH)
  store<i64>(session, i64.MAX_VALUE, Layout.SESSION_LEAST_CREATED_AT)
  store<i64>(session, i64.MIN_VALUE, Layout.SESSION_GREATEST_UPDATED_AT)
  store<u32>(session, load<u32>(event, Layout.EVENT_SESSION_TAG), Layout.SESSION_TAG)
  copy(session + Layout.SESSION_ID_TEXT, load<u32>(event, Layout.EVENT_SESSION_ID), length)
  return session
}

/** True if the client has that id. */
export function isClient(client: usize, id: usize, length: usize): bool {
  return (
    load<u32>(client, Layout.CLIENT_ID_LENGTH) == <u32>length &&
    areSame(client + Layout.CLIENT_ID_TEXT, id, length)
  )
}

/** True if the event is about that session of that client. */
export function isSession(session: usize, event: usize): bool {
  const length: usize = load<u32>(event, Layout.EVENT_SESSION_ID_LENGTH)
  return (
    load<u32>(session, Layout.SESSION_ID_LENGTH) == <u32>length &&
    areSame(session + Layout.SESSION_ID_TEXT, load<u32>(event, Layout.EVENT_SESSION_ID), length) &&
    isClient(
      load<u32>(session, Layout.SESSION_CLIENT),
      load<u32>(event, Layout.EVENT_CLIENT_ID),
      load<u32>(event, Layout.EVENT_CLIENT_ID_LENGTH),
    )
  )
}
