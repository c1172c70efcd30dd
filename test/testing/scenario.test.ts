import { describe, expect, it } from 'vitest'
import { clientIdOf } from '../../src/events/client-event.js'
import { exampleEvents, given } from '../../src/testing/index.js'

const phone = exampleEvents.filter((event) => clientIdOf(event) === 'client_grace_phone')
const AT = Date.UTC(2026, 4, 30)
const end = { type: 'EndSession', at: AT, sessionId: 'sess_grace_2' } as const

describe('given', () => {
  it('a scenario passes if the command emits the stated events', () => {
    given(phone)
      .when(end)
      .then([{ type: 'session.ended', timestamp: AT, data: { status: 'ended', updated_at: AT } }])
  })

  it('a scenario passes if the command is refused in the stated way', () => {
    given([]).when(end).then({ _tag: 'SessionNotFound' })
    given(phone)
      .when({ ...end, sessionId: 'sess_grace_1' })
      .then({ _tag: 'SessionAlreadyOver', status: 'revoked' })
  })

  it('a scenario passes if a retried command emits nothing', () => {
    given([])
      .when({ ...end, type: 'RemoveSession' })
      .then({ _tag: 'SessionNotFound' })
    given(phone)
      .when({ ...end, type: 'RevokeSession', sessionId: 'sess_grace_1' })
      .then([])
  })

  it('a scenario passes if the Client is as stated, at any moment', () => {
    given(phone).thenClient({
      id: 'client_grace_phone',
      session_ids: ['sess_grace_1', 'sess_grace_2'],
      sessions: [{ status: 'revoked' }, { status: 'active' }],
    })
    given(phone).thenClient({ sessions: [{}, { status: 'expired' }] }, { at: Date.UTC(2027, 0, 1) })
    given(phone).thenClient(null, { asOf: Date.UTC(2026, 0, 1) })
    given([]).thenClient(null)
  })

  it.each([
    {
      name: 'another value',
      run: () => {
        given(phone)
          .when(end)
          .then([{ data: { status: 'revoked' } }])
      },
      message: 'events[0].data.status: expected "revoked", got "ended"',
    },
    {
      name: 'another number of events',
      run: () => {
        given(phone).when(end).then([])
      },
      message: /^events: expected 0 items, got 1: /,
    },
    {
      name: 'events instead of a refusal',
      run: () => {
        given(phone).when(end).then({ _tag: 'SessionNotFound' })
      },
      message: 'expected a refusal, got session.ended',
    },
    {
      name: 'a refusal instead of events',
      run: () => {
        given([]).when(end).then([])
      },
      message:
        'expected events, got the refusal SessionNotFound: the client has no session with this id',
    },
    {
      name: 'another refusal',
      run: () => {
        given([]).when(end).then({ _tag: 'ClientMismatch' })
      },
      message: 'refusal._tag: expected "ClientMismatch", got "SessionNotFound"',
    },
    {
      name: 'a Client that does not exist',
      run: () => {
        given([]).thenClient({ id: 'client_1' })
      },
      message: 'client: expected {"id":"client_1"}, got null',
    },
    {
      name: 'two differences of a Client',
      run: () => {
        given(phone).thenClient({ sign_in_id: 'sia_1', sessions: [{ status: 'active' }, {}] })
      },
      message:
        'client.sign_in_id: expected "sia_1", got null\nclient.sessions[0].status: expected "active", got "revoked"',
    },
  ])('a scenario names what differs: $name', ({ run, message }) => {
    expect(run).toThrow(message)
  })
})
