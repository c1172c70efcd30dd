import { expect, it } from 'vitest'
import { documentedSession, SESSION_KEYS, type Session } from '../../src/events/session.js'
import { aSession } from '../given.js'

/** A session with every documented key, in the documented order. */
const full: Session = {
  object: 'session',
  id: 'sess_1',
  user_id: 'user_1',
  client_id: 'client_1',
  actor: null,
  status: 'active',
  last_active_organization_id: null,
  last_active_at: 1,
  latest_activity: null,
  expire_at: 2,
  abandon_at: 3,
  updated_at: 4,
  created_at: 5,
  tasks: [],
}

it.each([
  { name: 'every optional key', session: full },
  { name: 'some optional keys', session: aSession() },
])('a session with $name, as documented, is not copied', ({ session }) => {
  expect(documentedSession(session)).toBe(session)
})

it.each([
  { name: 'after the last documented key', session: { ...full, user: 'Ada' } },
  { name: 'before the first documented key', session: { user: 'Ada', ...full } },
])('a key that is not documented, $name, is dropped', ({ session }) => {
  expect(Object.keys(documentedSession(session))).toEqual(SESSION_KEYS)
})

it('the keys of a session come in the documented order, and none is added', () => {
  const { id, tasks: _tasks, ...others } = full
  const session = documentedSession({ ...others, id, tasks: undefined } as unknown as Session)
  expect(Object.keys(session)).toEqual(SESSION_KEYS.filter((key) => key !== 'tasks'))
})
