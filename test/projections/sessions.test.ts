import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.js'
import { toSessions, type SessionFilter } from '../../src/projections/sessions.js'
import { aSessionEvent, DAY, T0 } from '../given.js'

const clients = fold([
  aSessionEvent({ id: 'sess_1' }),
  aSessionEvent({ id: 'sess_2', client_id: 'client_2', created_at: T0 + 1, status: 'removed' }),
  aSessionEvent({ id: 'sess_3', client_id: 'client_2', created_at: T0 + 2, user_id: 'user_2' }),
  aSessionEvent({ id: 'sess_4', created_at: T0 + 1, expire_at: T0 + DAY }),
])

const idsOf = (filter: SessionFilter, at?: number): ReadonlyArray<string> =>
  toSessions(clients.values(), filter, { at }).map(({ id }) => id)

describe('toSessions', () => {
  it('the sessions of a user are listed newest first by creation, removed ones too', () => {
    expect(idsOf({ userId: 'user_1' })).toEqual(['sess_4', 'sess_2', 'sess_1'])
  })

  it('sessions can be narrowed to a client and to a status by the clock', () => {
    expect(idsOf({})).toEqual(['sess_3', 'sess_4', 'sess_2', 'sess_1'])
    expect(idsOf({ clientId: 'client_2' })).toEqual(['sess_3', 'sess_2'])
    expect(idsOf({ status: 'active' })).toEqual(['sess_3', 'sess_4', 'sess_1'])
    expect(idsOf({ status: 'expired' }, T0 + DAY)).toEqual(['sess_4'])
  })

  it('a session that two clients claim is listed once, in its greatest version', () => {
    const claimed = fold([
      aSessionEvent({ status: 'ended' }),
      aSessionEvent({ client_id: 'client_2', updated_at: T0 + DAY }),
    ])
    expect(toSessions(claimed.values()).map(({ status }) => status)).toEqual(['ended'])
  })
})
