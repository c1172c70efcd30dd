import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { Session } from '../../src/events/session.js'
import { exampleEvents, startAnomalySearch } from '../../src/testing/index.js'

const T = 1_780_000_000_000

const event = (differences: Partial<Session>, timestamp = T): ClientEvent => ({
  object: 'event',
  type: 'session.created',
  timestamp,
  data: {
    object: 'session',
    id: 'sess_1',
    user_id: 'user_1',
    client_id: 'client_1',
    status: 'active',
    last_active_at: T,
    expire_at: T + 1000,
    abandon_at: T + 2000,
    updated_at: T,
    created_at: T,
    ...differences,
  },
})

const anomaliesOf = (events: ReadonlyArray<ClientEvent>) => {
  const search = startAnomalySearch()
  events.forEach((each, index) => {
    search.addAt(each, { source: 'log', line: index + 1 })
  })
  return search
    .report()
    .filter(({ count }) => count > 0)
    .map(({ name, count, first }) => ({ name, count, line: first?.line }))
}

describe('startAnomalySearch', () => {
  it('the example events show no anomaly', () => {
    expect(anomaliesOf(exampleEvents)).toEqual([])
  })

  it.each([
    {
      name: 'a session under several clients',
      events: [event({}), event({ client_id: 'client_2' }), event({ client_id: 'client_3' })],
      count: 2,
      line: 2,
    },
    {
      name: 'an event that was said before the change that it reports',
      events: [event({}), event({}, T - 1)],
      count: 1,
      line: 2,
    },
    {
      name: 'a session that was updated before it was created',
      events: [event({ created_at: T + 1 })],
      count: 1,
      line: 1,
    },
    {
      name: 'a session that is over or removed, and whose beginning the log does not have',
      events: [event({ status: 'ended' }), event({ id: 'sess_2', status: 'removed' })],
      count: 2,
      line: 1,
    },
  ])('the report counts: $name', ({ name, events, count, line }) => {
    expect(anomaliesOf(events)).toEqual([{ name, count, line }])
  })

  it('a beginning that comes late is a beginning', () => {
    expect(anomaliesOf([event({ status: 'ended' }), event({})])).toEqual([])
  })

  it('without places an anomaly is counted, and has no place', () => {
    const search = startAnomalySearch()
    search.add(event({ status: 'ended' }))
    expect(search.report().filter(({ count }) => count > 0)).toMatchObject([{ first: null }])
  })
})
