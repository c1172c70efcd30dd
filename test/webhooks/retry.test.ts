import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { retryQuarantined } from '../../src/webhooks/retry.js'
import { T0 } from '../given.js'
import { A_BODY, collected, givenReceiver, type Given } from './given.js'

/** Puts a body into the quarantine, as an older version that could not read it would have done. */
const keep = async ({ store }: Given, id: string, body: string): Promise<void> => {
  await store.quarantine.keep({ id, receivedAt: T0, reason: 'old', body: Buffer.from(body) })
}

const idsIn = async ({ quarantined }: Given): Promise<ReadonlyArray<string>> =>
  (await quarantined()).map(({ id }) => id)

describe('a retried delivery', () => {
  it('a retried delivery leaves the quarantine if it is recorded or its client was erased, and stays otherwise', async () => {
    const given = givenReceiver()
    const { clients, events } = given
    await clients.eraseClient('client_9')
    await keep(given, 'msg_1 good', A_BODY)
    await keep(given, 'msg_2 broken', '{"type":')
    await keep(given, 'msg_3 erased', A_BODY.replaceAll('client_1', 'client_9'))
    await keep(given, 'msg_4 other type', '{"type":"user.created"}')
    await keep(given, 'msg_5 conflict', A_BODY)
    await keep(given, 'msg_6 unknown type', A_BODY.replace('session.created', 'session.touched'))
    await clients.record({ ...(await recordedUnder('msg_5 conflict')), timestamp: T0 + 1 })

    const outcomes = await collected(retryQuarantined(clients))
    expect(outcomes.map(({ _tag, id }) => [id, _tag])).toEqual([
      ['msg_1 good', 'Recorded'],
      ['msg_2 broken', 'Quarantined'],
      ['msg_3 erased', 'Erased'],
      ['msg_4 other type', 'Quarantined'],
      ['msg_5 conflict', 'Quarantined'],
      ['msg_6 unknown type', 'Quarantined'],
    ])
    expect(await idsIn(given)).toEqual([
      'msg_2 broken',
      'msg_4 other type',
      'msg_5 conflict',
      'msg_6 unknown type',
    ])
    expect((await events()).map(({ event }) => event.id)).toEqual(['msg_5 conflict', 'msg_1 good'])
    expect(await collected(retryQuarantined(clients))).toHaveLength(4)
  })

  it('a retried delivery is removed from the quarantine only once it is durable', async () => {
    const store = openMemoryStore()
    let isBroken = true
    const calls: string[] = []
    const given = givenReceiver(
      {},
      {
        ...store,
        record: async (events) => {
          calls.push('record')
          if (isBroken) throw new StoreUnavailable('storage', 'the disk is full')
          return store.record(events)
        },
        quarantine: {
          ...store.quarantine,
          remove: (id) => {
            calls.push('remove')
            return store.quarantine.remove(id)
          },
        },
      },
    )
    await keep(given, 'msg_1', A_BODY)
    await expect(collected(retryQuarantined(given.clients))).rejects.toThrow('the disk is full')
    expect(calls).toEqual(['record'])
    expect(await idsIn(given)).toEqual(['msg_1'])
    isBroken = false
    await collected(retryQuarantined(given.clients))
    expect(calls).toEqual(['record', 'record', 'remove'])
    expect(await idsIn(given)).toEqual([])
  })

  it('a retried delivery that was recorded before the process ended is a duplicate, and leaves the quarantine', async () => {
    const given = givenReceiver()
    await keep(given, 'msg_1', A_BODY)
    await given.clients.record(await recordedUnder('msg_1'))
    expect(await collected(retryQuarantined(given.clients))).toEqual([
      { _tag: 'Duplicate', id: 'msg_1' },
    ])
    expect(await idsIn(given)).toEqual([])
  })
})

/** The event that the good body becomes under an id. */
const recordedUnder = async (id: string) => {
  const given = givenReceiver()
  await keep(given, id, A_BODY)
  await collected(retryQuarantined(given.clients))
  const [recorded] = await given.events()
  if (recorded === undefined) throw new Error('the body was not recorded')
  return recorded.event
}
