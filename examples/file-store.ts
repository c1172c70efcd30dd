// A store of your own: everything is in memory, and in one file. For one process, and for logs that fit into memory.
// The first line of the file is a snapshot of the tables. Each further line has the events of one write.
import { open, readFile, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseEvent, type EventStore } from 'clientfold'
import {
  createEventStore,
  createMemoryEngine,
  createTables,
  recordOf,
  type EventRow,
  type MemoryTables,
  type RestoredEvent,
  type StoreEngine,
} from 'clientfold/store-engine'

/** Maps, sets and bytes as JSON. */
const toJson = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return { map: [...value] }
  if (value instanceof Set) return { set: [...value] }
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value
}

const fromJson = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if ('map' in value) return new Map(value.map as ReadonlyArray<[unknown, unknown]>)
  if ('set' in value) return new Set(value.set as ReadonlyArray<unknown>)
  return 'bytes' in value ? Uint8Array.from(Buffer.from(String(value.bytes), 'base64')) : value
}

/** The tables of a snapshot. The events are in it once, and the two maps that lead to them are made again. */
const tablesOf = (text: string): MemoryTables => {
  const tables = JSON.parse(text, fromJson) as MemoryTables
  const [eventsOfId, eventsOfClient] = [new Map<string, EventRow>(), new Map<string, EventRow[]>()]
  for (const row of tables.events) {
    eventsOfId.set(row.eventId, row)
    eventsOfClient.set(row.clientKey, [...(eventsOfClient.get(row.clientKey) ?? []), row])
  }
  // A restore writes events in another order than that of their revisions.
  for (const rows of eventsOfClient.values())
    rows.sort((left, right) => left.revision - right.revision)
  return { ...tables, eventsOfId, eventsOfClient }
}

type WrittenEvent = Pick<EventRow, 'text' | 'recordedAt' | 'revision'>

const restoredOf = ({ text, recordedAt, revision }: WrittenEvent): RestoredEvent => {
  const event = parseEvent(text)
  if (event._tag === 'Left') throw new Error('the file has a line that is not an event')
  return { record: recordOf(event.right, recordedAt), revision }
}

/** Reads the file. A last line without a line feed was cut off by a crash, so that its write was not answered. */
const readTables = async (path: string): Promise<MemoryTables> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  const [snapshot, ...lines] = text.split('\n').slice(0, -1)
  const tables = snapshot === undefined ? createTables() : tablesOf(snapshot)
  const { putEvents } = createMemoryEngine(tables).backup
  for (const line of lines) await putEvents((JSON.parse(line) as WrittenEvent[]).map(restoredOf))
  return tables
}

/** Writes the snapshot to another file, which then takes the place of the old one. */
const writeSnapshot = async (path: string, tables: MemoryTables): Promise<FileHandle> => {
  const { eventsOfId: _ids, eventsOfClient: _clients, ...others } = tables
  const file = await open(`${path}.new`, 'w', 0o600)
  await file.writeFile(`${JSON.stringify(others, toJson)}\n`)
  await file.sync()
  await rename(`${path}.new`, path)
  const folder = await open(dirname(path))
  await folder.sync()
  await folder.close()
  return file
}

type Change<A extends ReadonlyArray<unknown>, B> = (...args: A) => Promise<B>

const createFileEngine = async (path: string): Promise<StoreEngine> => {
  const tables = await readTables(path)
  const memory = createMemoryEngine(tables)
  let file = await writeSnapshot(path, tables)

  /** One change after the other. After one that failed, memory may hold what the file does not: none follows. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <A>(work: () => Promise<A>): Promise<A> => {
    const done = last.then(work)
    last = done
    done.catch(() => undefined)
    return done
  }
  /** A change that is answered when the file holds it: the whole file is written again. */
  const saved =
    <A extends ReadonlyArray<unknown>, B>(change: Change<A, B>): Change<A, B> =>
    (...args) =>
      inTurn(async () => {
        const answer = await change(...args)
        const before = file
        file = await writeSnapshot(path, tables)
        await before.close()
        return answer
      })

  return {
    ...memory,
    // Appends that wait at the same time share one sync of the file.
    groupLimits: { groupWeight: 1000, weightOf: (appends) => appends.length },
    write: (appends) =>
      inTurn(async () => {
        const before = tables.events.length
        const answers = await memory.write(appends)
        const written = tables.events
          .slice(before)
          .map(({ text, recordedAt, revision }): WrittenEvent => ({ text, recordedAt, revision }))
        if (written.length > 0) {
          await file.appendFile(`${JSON.stringify(written)}\n`)
          await file.sync()
        }
        return answers
      }),
    erase: saved(memory.erase),
    reduce: saved(memory.reduce),
    raiseCompactedBefore: saved(memory.raiseCompactedBefore),
    quarantine: {
      ...memory.quarantine,
      keep: saved(memory.quarantine.keep),
      remove: saved(memory.quarantine.remove),
    },
    pendingErasures: {
      ...memory.pendingErasures,
      schedule: saved(memory.pendingErasures.schedule),
      callOff: saved(memory.pendingErasures.callOff),
      remove: saved(memory.pendingErasures.remove),
    },
    backup: {
      ...memory.backup,
      startRestore: saved(memory.backup.startRestore),
      putNotes: saved(memory.backup.putNotes),
      putEvents: saved(memory.backup.putEvents),
    },
    close: () => last.catch(() => undefined).then(() => file.close()),
  }
}

/** Opens the store of a file, or creates it. Only one process may have it open. */
export const openFileStore = async (path: string): Promise<EventStore> =>
  createEventStore(await createFileEngine(path), { now: Date.now, pollMilliseconds: 1000 })
