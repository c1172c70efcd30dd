import assert from 'node:assert/strict'
import fc from 'fast-check'
import { clientIdOf } from '../../events/client-event.js'
import { arbitraryEvent } from '../arbitraries/event.js'
import { withStore } from './checks.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { sampleEvent, sampleEvents } from './sample-events.js'
import type { StoreCase } from './store-case.js'

/** The cases for the guarantee of checking. */
export const checkingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a check of an undamaged store finds nothing, and counts what it reads',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        const hostile = HOSTILE_TEXTS.map((text, n) =>
          sampleEvent(n, { clientId: text, sessionId: text, userId: text, id: text }),
        )
        const samples = fc.sample(arbitraryEvent(), { numRuns: 200, seed: 9 })
        const any = samples.map((event, n) => ({ ...event, id: `any ${n}` }))
        const kept = [...hostile, ...any]
        await store.record([...kept, ...sampleEvents(20, { clientId: 'client_erased' })])
        await store.eraseClient('client_erased')
        // Clients with holes. The key of a long id is a hash.
        const shared = ['client_shared', 'x'.repeat(5000)].map((clientId) =>
          ['user_erased', 'user_left', 'user_erased', 'user_left'].map((userId, n) =>
            sampleEvent(n, { clientId, userId, id: `${clientId} ${n}` }),
          ),
        )
        await store.record(shared.flat())
        await store.eraseUser('user_erased')
        await store.quarantine.keep({
          id: 'msg_1',
          receivedAt: 1,
          reason: 'not JSON',
          body: Uint8Array.of(0, 255),
        })
        const found: Error[] = []
        const result = await store.check({ onDamage: (damage) => found.push(damage) })
        assert.deepEqual(found, [])
        assert.deepEqual(result, {
          events: kept.length + 4,
          clients: new Set(kept.map(clientIdOf)).size + 2,
          deliveries: 1,
          damaged: 0,
        })
      }),
  },
  {
    name: 'a diagnosis says what to do about each thing that must be changed',
    needs: 'one-handle',
    run: (harness) =>
      withStore(harness, async (store) => {
        await store.record(sampleEvents(2, { clientId: 'client_secret' }))
        const findings = await store.diagnose()
        const writing = findings.find(({ topic }) => topic === 'writing')
        assert.equal(writing?.isUrgent, false)
        for (const { found, action, isUrgent } of findings) {
          assert.ok(found.length > 0)
          assert.ok(!isUrgent || (action ?? '').length > 0, found)
          assert.ok(!`${found} ${action}`.includes('client_secret'))
        }
      }),
  },
]
