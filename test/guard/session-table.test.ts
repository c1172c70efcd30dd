import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SESSION_STATUSES } from '../../src/events/session.js'
import { createSessionTable, tableKeyOf, type SessionFacts } from '../../src/guard/session-table.js'
import { T0 } from '../given.js'

const FACTS: SessionFacts = {
  ...{ status: 'active', updated_at: T0, expire_at: T0 + 1, abandon_at: T0 + 2 },
}
const CLIENT = tableKeyOf('client_1')

/** Keys of one part whose slots are few, so that many of them have the same one. */
const arbitraryKey = fc
  .tuple(fc.constantFrom(0, 7), fc.constantFrom(0, 1, 14, 15), fc.integer({ min: 0, max: 8 }))
  .map((words) => [...words, 0].map((word) => word.toString(16).padStart(8, '0')).join(''))
const arbitraryFacts: fc.Arbitrary<SessionFacts> = fc.record({
  status: fc.constantFrom(...SESSION_STATUSES),
  updated_at: fc.maxSafeNat(),
  expire_at: fc.maxSafeNat(),
  abandon_at: fc.maxSafeNat(),
})
const CLIENTS = ['a', 'b', 'c'].map(tableKeyOf)
const arbitraryCall = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      call: fc.constant('set' as const),
      key: arbitraryKey,
      client: fc.constantFrom(...CLIENTS),
      facts: arbitraryFacts,
    }),
  },
  fc.record({ call: fc.constant('deleteClient' as const), client: fc.constantFrom(...CLIENTS) }),
)

describe('the table of sessions', () => {
  it('the table answers as a Map does, whatever is set and deleted', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCall, { maxLength: 120 }), (calls) => {
        const table = createSessionTable()
        const model = new Map<string, { client: string; facts: SessionFacts }>()
        const keys = new Set<string>()
        for (const each of calls) {
          if (each.call === 'deleteClient') {
            table.deleteClient(each.client)
            for (const [key, { client }] of model) if (client === each.client) model.delete(key)
            continue
          }
          keys.add(each.key)
          table.set(each.key, each.client, each.facts)
          model.set(each.key, each)
        }
        expect(table.size()).toBe(model.size)
        for (const key of keys) {
          expect(table.find(key)).toEqual(model.get(key)?.facts)
          expect(table.clientOf(key)).toBe(model.get(key)?.client.slice(0, 16))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('a session that was set is found, and no other one', () => {
    const table = createSessionTable()
    table.set(tableKeyOf('sess_1'), CLIENT, FACTS)
    expect(table.find(tableKeyOf('sess_1'))).toEqual(FACTS)
    expect(table.find(tableKeyOf('sess_2'))).toBeUndefined()
    expect(table.find(tableKeyOf(''))).toBeUndefined()
  })

  it('ten thousand sessions are found after the table has grown, and deleted with their client', () => {
    const table = createSessionTable()
    const keys = Array.from({ length: 10_000 }, (_, index) => tableKeyOf(`sess_${index}`))
    for (const [index, key] of keys.entries()) {
      table.set(key, CLIENTS[index % 3]!, { ...FACTS, updated_at: index })
    }
    expect(keys.every((key, index) => table.find(key)?.updated_at === index)).toBe(true)
    table.deleteClient(CLIENTS[0]!)
    expect(table.size()).toBe(6666)
    expect(keys.every((key, index) => (table.find(key) === undefined) === (index % 3 === 0))).toBe(
      true,
    )
  })

  it('ids that only lone surrogates tell apart have keys of their own', () => {
    const ids = ['\ud800', '\udfff', '\ufffd', '"\\ud800"']
    expect(new Set(ids.map(tableKeyOf)).size).toBe(4)
  })
})
