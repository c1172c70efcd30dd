import { describe, expect, it } from 'vitest'
import { aSessionEvent, T0 } from '../given.js'
import { NOW } from '../http/given.js'
import { givenBoth, outcomesOf } from './given/served-log.js'

const SECOND = aSessionEvent({ id: 'sess_2', created_at: T0 + 1 })

describe('clients that no webhook has named', () => {
  const elsewhere = aSessionEvent({ id: 'sess_9', client_id: 'client_9', created_at: T0 + 9 })
  const ofAnother = aSessionEvent({ id: 'sess_8', client_id: 'client_8', user_id: 'user_8' })

  it('clients that no webhook has named are found through the sessions of their users, and recorded', async () => {
    const { clients, clerk, api } = await givenBoth(
      [aSessionEvent()],
      [aSessionEvent(), elsewhere, ofAnother],
    )
    expect(await outcomesOf({ clients, api, isDryRun: true })).toHaveLength(2)
    expect(await clients.get('client_9')).toBeNull()
    expect(await outcomesOf({ clients, api })).toEqual([
      { _tag: 'Compared', clientId: 'client_1', drift: [], isRecorded: false },
      {
        ...{ _tag: 'Compared', clientId: 'client_9', isRecorded: true },
        drift: [{ _tag: 'ClientMissing', sessions: 1 }],
      },
    ])
    const at = { at: NOW }
    expect(await clients.get('client_9', at)).toEqual(await clerk.get('client_9', at))
    // Of that user the log has nothing: a backfill reads all users.
    expect(await clients.get('client_8')).toBeNull()
    expect(await outcomesOf({ clients, api })).toMatchObject([{ drift: [] }, { drift: [] }])
  })

  it('clients that were erased are not found again', async () => {
    const { clients, api } = await givenBoth(
      [aSessionEvent(), elsewhere],
      [aSessionEvent(), elsewhere],
    )
    await clients.eraseClient('client_9')
    expect(await outcomesOf({ clients, api })).toMatchObject([{ clientId: 'client_1' }])
    expect(await clients.get('client_9')).toBeNull()
  })

  it('sessions that outlived their client at Clerk are no difference', async () => {
    const { clients, api } = await givenBoth(
      [aSessionEvent()],
      [aSessionEvent(), elsewhere],
      ({ url }) =>
        url.endsWith('/clients/client_9') ? new Response('{}', { status: 404 }) : undefined,
    )
    expect(await outcomesOf({ clients, api })).toMatchObject([{ clientId: 'client_1' }])
  })

  it('a user whose sessions cannot be read is reported', async () => {
    const { clients, api } = await givenBoth([aSessionEvent()], [aSessionEvent()], ({ url }) =>
      url.includes('user_id=') ? new Response('canary', { status: 400 }) : undefined,
    )
    expect(await outcomesOf({ clients, api })).toMatchObject([
      { _tag: 'Compared' },
      { _tag: 'UserUnclear', userId: 'user_1', reason: 'status 400' },
    ])
  })

  it('only the clients of chosen users are compared, in the log and at Clerk', async () => {
    const { clients, api, paths } = await givenBoth(
      [aSessionEvent(), SECOND, ofAnother],
      [aSessionEvent(), SECOND, ofAnother, elsewhere],
    )
    const outcomes = await outcomesOf({ clients, api, userIds: ['user_1'] })
    expect(outcomes).toMatchObject([{ clientId: 'client_1' }, { clientId: 'client_9' }])
    expect(paths).not.toContain('/v1/clients/client_8')
  })

  it('only chosen clients are compared, whether or not the log has them', async () => {
    const { clients, api, paths } = await givenBoth([aSessionEvent()], [aSessionEvent(), elsewhere])
    const clientIds = ['client_9', 'client_unknown']
    expect(await outcomesOf({ clients, api, clientIds })).toEqual([
      {
        ...{ _tag: 'Compared', clientId: 'client_9', isRecorded: true },
        drift: [{ _tag: 'ClientMissing', sessions: 1 }],
      },
      {
        ...{ _tag: 'Unclear', clientId: 'client_unknown' },
        reason: 'neither the log nor Clerk has this client',
      },
    ])
    expect(paths).toEqual(['/v1/clients/client_9', '/v1/clients/client_unknown'])
  })
})
