import * as E from 'fp-ts/lib/Either.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import type { QuarantinedDelivery } from '../../../src/event-store/quarantine.js'
import type { RecordedEvent } from '../../../src/event-store/recorded-event.js'
import type { Append, AppendAnswer } from '../../../src/stores/kit/appends.js'
import type { StoredEvent } from '../../../src/stores/kit/event-record.js'
import type { StoreEngine } from '../../../src/stores/kit/store-engine.js'
import type { EventRow, MemoryTables } from '../../../src/stores/memory/schema.js'
import type { Fault } from './shared-memory.js'

/** Does something to the tables after each call of an operation of the engine. */
const after =
  (operation: 'write' | 'erase' | 'reduce', change: (tables: MemoryTables) => void) =>
  (engine: StoreEngine, tables: MemoryTables): Partial<StoreEngine> => ({
    [operation]: async (...args: ReadonlyArray<never>) => {
      const call = engine[operation] as (...args: ReadonlyArray<never>) => Promise<unknown>
      const answer = await call(...args)
      change(tables)
      return answer
    },
  })

/** A memory of the last ids only. */
const window = (size: number): Fault => ({
  engine: after('write', ({ eventsOfId }) => {
    for (const id of [...eventsOfId.keys()].slice(0, -size)) eventsOfId.delete(id)
  }),
})

const loseLastEvent = (tables: MemoryTables): void => {
  const row = tables.events.pop()
  if (row === undefined) return
  tables.eventsOfId.delete(row.eventId)
  tables.eventsOfClient.get(row.clientKey)?.pop()
}

/** Writes each event of an append alone, so that a refusal comes after some of them. */
const writeOneByOne = async ({ write }: StoreEngine, append: Append): Promise<AppendAnswer> => {
  const recorded: RecordedEvent[] = []
  let revision = 0
  for (const [index, record] of append.records.entries()) {
    const expected = index === 0 ? append.expected : 'any'
    const [answer] = await write([{ ...append, records: [record], expected }])
    if (answer === undefined || E.isLeft(answer))
      return answer ?? E.left({ _tag: 'EventIdConflict' })
    recorded.push(...answer.right.recorded)
    ;({ revision } = answer.right)
  }
  return E.right({ revision, recorded })
}

const changeTexts = (tables: MemoryTables, change: (text: string) => string): void => {
  const changed = (row: EventRow): EventRow => ({ ...row, text: change(row.text) })
  tables.events = tables.events.map(changed)
  for (const [key, rows] of tables.eventsOfClient) tables.eventsOfClient.set(key, rows.map(changed))
}

/** As a column for JSON does it: the keys of every object in an order of its own. */
const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  )
}

/** Every second write is seen late by followers, as if its transaction were open for longer. */
const committingLate: Fault = {
  engine: (engine, tables) => {
    const hidden = new Set<number>()
    let writes = 0
    return {
      write: async (appends) => {
        const before = tables.lastPosition
        const answers = await engine.write(appends)
        if ((writes += 1) % 2 === 0) {
          for (let each = before + 1; each <= tables.lastPosition; each++) {
            hidden.add(each)
            setTimeout(() => hidden.delete(each), 15)
          }
        }
        return answers
      },
      pages: async function* (request) {
        for await (const page of engine.pages(request)) {
          const isSeen = ({ position }: StoredEvent): boolean => !hidden.has(Number(position))
          yield request.mode === 'settled' ? page.filter(isSeen) : page
        }
      },
    }
  },
}

const keepingDeliveries = (store: EventStore): Partial<EventStore> => {
  const around = async (erase: () => Promise<number>): Promise<number> => {
    const deliveries: QuarantinedDelivery[] = []
    for await (const each of store.quarantine.all()) deliveries.push(each)
    const count = await erase()
    for (const each of deliveries) await store.quarantine.keep(each)
    return count
  }
  return {
    eraseClient: (id) => around(() => store.eraseClient(id)),
    eraseUser: (id) => around(() => store.eraseUser(id)),
  }
}

/** Stores in memory with one fault each, by what is wrong with them. */
export const WRONG_STORES: Readonly<Record<string, Fault>> = {
  'remembers 1 id': window(1),
  'remembers 20 ids': window(20),
  'remembers 1,000 ids': window(1000),
  'forgets the ids when it is opened again': {
    onReopening: ({ eventsOfId }) => {
      eventsOfId.clear()
    },
  },
  'loses the last event when it is opened again': { onReopening: loseLastEvent },
  'writes a part of an append that it refuses': {
    engine: (engine) => ({
      write: async (appends) => {
        const answers: AppendAnswer[] = []
        for (const append of appends) answers.push(await writeOneByOne(engine, append))
        return answers
      },
    }),
  },
  'does not check the expected revision': {
    engine: ({ write }) => ({
      write: (appends) => write(appends.map((each) => ({ ...each, expected: 'any' }))),
    }),
  },
  'reads everything client by client': {
    engine: (engine) => ({
      pages: async function* (request) {
        for await (const page of engine.pages(request)) {
          yield [...page].sort((left, right) =>
            String(left.clientKey) < String(right.clientKey) ? -1 : 1,
          )
        }
      },
    }),
  },
  'lets followers skip what commits late': committingLate,
  'sorts the keys of the JSON': {
    engine: after('write', (tables) => {
      changeTexts(tables, (text) => JSON.stringify(sortKeys(JSON.parse(text))))
    }),
  },
  'keeps the quarantined deliveries that an erasure is about': { store: keepingDeliveries },
  'notes no erasure, so that late deliveries bring it back': {
    engine: after('erase', ({ tombstones }) => {
      tombstones.clear()
    }),
  },
  'forgets its erasures when it is opened again': {
    onReopening: ({ tombstones }) => {
      tombstones.clear()
    },
  },
  'gives the revisions of erased events again': {
    engine: after('erase', ({ horizons }) => {
      horizons.clear()
    }),
  },
  'forgets the ids of events that a compaction dropped': {
    engine: after('reduce', ({ dropped }) => {
      dropped.clear()
    }),
  },
  'forgets the moment of a compaction': {
    engine: () => ({ raiseCompactedBefore: () => Promise.resolve() }),
  },
  'loses quarantined deliveries when it is opened again': {
    onReopening: ({ quarantined }) => {
      quarantined.clear()
    },
  },
  'loses scheduled erasures when it is opened again': {
    onReopening: ({ pendingErasures }) => {
      pendingErasures.clear()
    },
  },
  'leaves erasures out of a backup': {
    engine: ({ backup }) => ({
      backup: {
        ...backup,
        putNotes: (kind, notes) =>
          kind === 'tombstone' ? Promise.resolve() : backup.putNotes(kind, notes),
      },
    }),
  },
  'finds the clients of a user by the first event only': {
    engine: (engine, tables) => ({
      write: async (appends) => {
        const known = new Map([...tables.userClients].map(([key, set]) => [key, new Set(set)]))
        const answers = await engine.write(appends)
        for (const [key, set] of known) tables.userClients.set(key, set)
        return answers
      },
    }),
  },
  'answers after it is closed': { store: () => ({ close: () => Promise.resolve() }) },
}
