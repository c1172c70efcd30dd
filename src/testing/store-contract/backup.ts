import assert from 'node:assert/strict'
import type { BackupRecord } from '../../event-store/backup.js'
import type { EventStore } from '../../event-store/event-store.js'
import type { ClientEvent } from '../../events/client-event.js'
import { openMemoryStore } from '../../stores/memory/open.js'
import { answersOf, backupOf, restoreInto, sourceOf } from './backup-source.js'
import { appendedOf, collect, textsOf, withStore } from './checks.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import {
  AFTER_ALL_ERASURES,
  sampleEvent,
  sampleEvents,
  sampleObservation,
} from './sample-events.js'
import type { StoreCase } from './store-case.js'

const SHARED = 'client_shared'
const LONG = 'c'.repeat(3000)
const own = (n: number) =>
  sampleEvent(n, { clientId: SHARED, userId: 'user_1', sessionId: 'sess_own', id: `msg_${n}` })
const others = (n: number) =>
  sampleEvent(n, { clientId: SHARED, userId: 'user_2', sessionId: 'sess_others', id: `msg_${n}` })
const BOTH = sampleObservation(SHARED, [others(2).data, own(3).data], 'msg_both')
const DEVICE = [own(1), others(2), BOTH, own(3), others(4), own(5)]
/** What a compaction drops is the first one. */
const compacted = [1, 2, 3, 4].map((n) => ({
  ...sampleEvent(n, {
    clientId: 'client_compacted',
    userId: 'user_2',
    sessionId: 'sess_c',
    id: `msg_c${n}`,
  }),
  recorded_at: sampleEvent(n).timestamp,
})) as ReadonlyArray<ClientEvent>
const hostile = HOSTILE_TEXTS.map((text, n) =>
  sampleEvent(n + 1, {
    clientId: `hostile ${text}`,
    userId: `user ${text}`,
    sessionId: `sess ${text}`,
  }),
)
const long = sampleEvents(3, { clientId: LONG, userId: 'u'.repeat(3000) })

/** When the samples were said, and a moment after it. */
const MOMENT = (sampleEvent(1).timestamp ?? 0) + 10

const IDS = {
  userIds: ['user_1', 'user_2', 'u'.repeat(3000), ...HOSTILE_TEXTS.map((text) => `user ${text}`)],
  sessionIds: ['sess_own', 'sess_others', 'sess_1', ...HOSTILE_TEXTS.map((text) => `sess ${text}`)],
}

/** Everything that a store can hold. */
const fill = async (store: EventStore): Promise<void> => {
  await store.append(SHARED, DEVICE, 'any')
  await store.append(LONG, long, 'any')
  await store.record([...hostile, ...sampleEvents(3, { clientId: 'client_gone' }), ...compacted])
  await store.eraseUser('user_1')
  await store.record([sampleEvent(9, { clientId: SHARED, userId: 'user_2', id: 'msg_9' })])
  await store.eraseClient('client_gone')
  await store.compact(MOMENT)
  await store.pendingErasures.schedule('user_2', AFTER_ALL_ERASURES)
  await store.pendingErasures.schedule('u'.repeat(3000), AFTER_ALL_ERASURES + 1)
  await store.pendingErasures.schedule('user_off', AFTER_ALL_ERASURES)
  await store.pendingErasures.callOff('user_off')
  for (const n of [2, 1]) {
    await store.quarantine.keep({
      id: `msg_q${n}`,
      receivedAt: MOMENT + n,
      reason: 'not JSON',
      body: Uint8Array.from({ length: 256 * n }, (_, index) => index % 256),
    })
  }
}

/** What the store does from now on: duplicates, refusals, and the next revisions. */
const reactionsOf = async (store: EventStore): Promise<unknown> => {
  const recorded = await store.record([
    others(2),
    BOTH,
    ...compacted,
    own(7),
    { ...others(4), type: 'session.ended' },
    sampleEvent(1, { clientId: 'client_gone', userId: 'user_3' }),
    ...hostile.slice(0, 3),
    sampleEvent(20, { clientId: SHARED, userId: 'user_2', id: 'msg_20' }),
    sampleEvent(21, { clientId: 'client_gone', userId: 'user_3', createdAt: AFTER_ALL_ERASURES }),
    sampleEvent(22, { clientId: LONG, userId: 'user_3' }),
    sampleEvent(23, { clientId: 'client_compacted', userId: 'user_3' }),
  ])
  const outcomes = recorded.map((outcome) =>
    outcome._tag === 'Recorded' ? [outcome._tag, outcome.recorded.revision] : [outcome],
  )
  return [outcomes, await store.append(SHARED, [others(30)], 1)]
}

/** Deliveries of the quarantine. The first two mention `user_1`, and were received before any erasure. */
const MENTIONING = [
  { id: 'msg_plain', receivedAt: MOMENT, body: 'user_id: user_1' },
  { id: 'msg_escaped', receivedAt: MOMENT, body: String.raw`{"data":"{\"user_id\":\"user\u005f1` },
  { id: 'msg_other', receivedAt: MOMENT, body: '{"user_id":"user_10"}' },
  { id: 'msg_later', receivedAt: AFTER_ALL_ERASURES, body: '{"user_id":"user_1"}' },
]

const isNote = ({ kind }: BackupRecord): boolean => kind !== 'event' && kind !== 'delivery'

const sorted = (records: ReadonlyArray<BackupRecord>): ReadonlyArray<string> =>
  records.map((record) => JSON.stringify(record)).sort()

/** The cases for the guarantees of backup and restore. */
export const backupCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a restored backup gives every answer of its store, in a store of another kind too',
    needs: 'one-handle',
    run: async (harness) => {
      const memory = openMemoryStore()
      const [records, answers, reactions] = await withStore(harness, async (store) => {
        await fill(store)
        const records = await backupOf(store)
        const answers = await answersOf(store, IDS)
        return [records, answers, await reactionsOf(store)] as const
      })
      for (const kind of [
        'event',
        'delivery',
        'tombstone',
        'horizon',
        'erasure',
        'dropped',
        'fact',
      ]) {
        assert(
          records.some((record) => record.kind === kind),
          kind,
        )
      }
      await restoreInto(memory, records)
      assert.deepEqual(await answersOf(memory, IDS), answers)
      const copies = await backupOf(memory)
      assert.deepEqual(sorted(copies), sorted(records))
      assert.deepEqual(await reactionsOf(memory), reactions)
      await harness.renew()
      await withStore(harness, async (store) => {
        const events = records.filter(({ kind }) => kind === 'event').length
        assert.deepEqual(await restoreInto(store, copies), {
          wasRestored: false,
          events,
          leftOut: 0,
          deliveries: 2,
          deliveriesLeftOut: 0,
        })
        assert.deepEqual(await answersOf(store, IDS), answers)
        assert.deepEqual(await backupOf(store), records)
        assert.deepEqual(await reactionsOf(store), reactions)
      })
    },
  },
  {
    name: 'a backup that is taken while the store is written to is one moment',
    needs: 'one-handle',
    run: async (harness) => {
      const before = 2500
      const records: BackupRecord[] = []
      const first = await withStore(harness, async (store) => {
        const events = Array.from({ length: before }, (_, n) =>
          sampleEvent(n, { clientId: `client_${n % 50}`, sessionId: `sess_${n}`, id: `msg_${n}` }),
        )
        await store.record(events)
        let turn = 0
        await store.backup(async (some) => {
          records.push(...some)
          turn += 1
          if (turn > 4) return
          await store.record([
            sampleEvent(turn, { clientId: 'client_1', id: `msg_late_${turn}` }),
            sampleEvent(turn, { clientId: 'client_9', id: `msg_other_${turn}` }),
          ])
          if (turn === 1) await store.eraseClient('client_2')
          if (turn === 2) await store.compact(AFTER_ALL_ERASURES)
        })
        return textsOf(await collect(store.readAll()))
      })
      await harness.renew()
      await withStore(harness, async (store) => {
        await restoreInto(store, records)
        const damages: unknown[] = []
        const { events } = await store.check({ onDamage: (damage) => damages.push(damage) })
        assert.deepEqual(damages, [])
        assert(events >= before - 100)
        const restored = new Set(textsOf(await collect(store.readAll())))
        const isLate = (text: string): boolean => /msg_(?:late|other)_/.test(text)
        // Of the store without the events that came while the backup was taken, nothing is missing.
        const missing = first.filter((text) => !restored.has(text) && !isLate(text))
        assert.deepEqual(missing, [])
      })
    },
  },
  {
    name: 'a restore goes on where it was interrupted, and nothing comes twice',
    needs: 'one-handle',
    run: async (harness) => {
      const [records, answers] = await withStore(harness, async (store) => {
        await fill(store)
        // More than one batch of a restore. Not one append: on JetStream, it has a bound.
        await store.record(sampleEvents(1200, { clientId: 'client_many', userId: 'user_2' }))
        return [await backupOf(store), await answersOf(store, IDS)] as const
      })
      await harness.renew()
      await withStore(harness, async (store) => {
        for (const most of [3, records.length - 200, records.length + 700]) {
          let read = 0
          const interrupted = {
            id: 'backup',
            records: async function* () {
              for (const record of records) {
                if (read++ >= most) throw new Error('interrupted')
                yield await Promise.resolve(record)
              }
            },
          }
          await assert.rejects(store.restore(interrupted), /interrupted/)
        }
        await restoreInto(store, records)
        assert.deepEqual(await answersOf(store, IDS), answers)
        assert.equal((await restoreInto(store, records)).wasRestored, true)
        assert.deepEqual(await answersOf(store, IDS), answers)
      })
    },
  },
  {
    name: 'a restore into a store that holds something else is refused',
    needs: 'one-handle',
    run: async (harness) => {
      const occupied = { _tag: 'Left', left: { _tag: 'StoreOccupied' } }
      const records = await withStore(harness, async (store) => {
        await store.record(sampleEvents(2))
        const records = await backupOf(store)
        assert.deepEqual(await store.restore(sourceOf(records)), occupied)
        return records
      })
      await harness.renew()
      await withStore(harness, async (store) => {
        const body = new Uint8Array()
        await store.quarantine.keep({ id: 'msg_q', receivedAt: MOMENT, reason: '', body })
        assert.deepEqual(await store.restore(sourceOf(records)), occupied)
        await store.quarantine.remove('msg_q')
        await restoreInto(store, records)
        assert.deepEqual(await store.restore(sourceOf(records, 'another')), occupied)
        assert.equal((await collect(store.readAll())).length, 2)
      })
    },
  },
  {
    name: 'what a tombstone of the store refuses is left out of a restore',
    needs: 'one-handle',
    run: async (harness) => {
      const records = await withStore(harness, async (store) => {
        await store.append(SHARED, DEVICE, 'any')
        await store.record(sampleEvents(2, { userId: 'user_2' }))
        for (const { body, ...rest } of MENTIONING) {
          await store.quarantine.keep({ ...rest, reason: '', body: Buffer.from(body) })
        }
        return backupOf(store)
      })
      await harness.renew()
      await withStore(harness, async (store) => {
        await store.eraseUser('user_1')
        const { wasRestored: _, ...counts } = await restoreInto(store, records)
        assert.deepEqual(counts, { events: 5, leftOut: 3, deliveries: 2, deliveriesLeftOut: 2 })
        const kept = await collect(store.quarantine.all())
        assert.deepEqual(
          kept.map(({ id }) => id),
          ['msg_other', 'msg_later'],
        )
        const rest = await store.readClient(SHARED)
        assert.deepEqual(
          rest.map(({ revision }) => revision),
          [2, 3, 5],
        )
        assert(!textsOf(rest).join().includes('user_1'))
        assert.deepEqual(await store.clientsOfUser('user_1'), [])
        assert.equal(appendedOf(await store.append(SHARED, [others(9)], 'any')).revision, 7)
        const damages: unknown[] = []
        await store.check({ onDamage: (damage) => damages.push(damage) })
        assert.deepEqual(damages, [])
      })
      assert(!records.some(isNote))
    },
  },
]
