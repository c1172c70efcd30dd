import { describe, expect, it } from 'vitest'
import { createClerkApi } from '../../src/clerk/clerk-api.js'
import { aSessionEvent } from '../given.js'
import { givenBoth, outcomesOf, type Override } from './given/served-log.js'

describe('the rate limit of Clerk', () => {
  const limited = (header: string | undefined, times: number): Override => {
    let left = times
    return () => {
      left -= 1
      if (left < 0) return undefined
      const headers = header === undefined ? {} : { 'retry-after': header }
      return new Response('{"errors":[]}', { status: 429, headers })
    }
  }

  it('the rate limit of Clerk makes every request wait for Retry-After', async () => {
    const { clients, api, paths } = await givenBoth(
      [aSessionEvent()],
      [aSessionEvent()],
      limited('1', 1),
    )
    const started = Date.now()
    expect(await outcomesOf({ clients, api })).toMatchObject([{ _tag: 'Compared' }])
    expect(Date.now() - started).toBeGreaterThanOrEqual(990)
    expect(paths).toEqual(['/v1/clients/client_1', '/v1/clients/client_1', '/v1/sessions'])
  })

  it('the rate limit of Clerk may come with a date, a wrong text or no header', async () => {
    for (const header of [new Date(Date.now() - 1000).toUTCString(), undefined, 'soon', '0']) {
      const { clients, api } = await givenBoth(
        [aSessionEvent()],
        [aSessionEvent()],
        limited(header, 2),
      )
      expect(await outcomesOf({ clients, api })).toMatchObject([{ _tag: 'Compared' }])
    }
  })

  it('the rate limit of Clerk ends a request after six attempts', async () => {
    const { clients, api, paths } = await givenBoth([aSessionEvent()], [], limited('0', 1000))
    expect(await outcomesOf({ clients, api })).toMatchObject([{ reason: 'status 429' }])
    expect(paths).toHaveLength(6)
  })
})

it('an API that does not answer is reported as unanswered', async () => {
  const api = createClerkApi({
    secretKey: 'sk',
    apiUrl: 'http://127.0.0.1:1',
    attempts: 2,
    firstPauseMilliseconds: 1,
  })
  expect(await api.session('sess_1')).toEqual({ _tag: 'Unanswered', reason: 'no answer' })
})
