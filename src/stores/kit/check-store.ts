import type { CheckReport, CheckResult } from '../../event-store/check-report.js'
import { clientIdOf } from '../../events/client-event.js'
import { eventIdentity } from '../../events/encode-event.js'
import { CorruptRecord, StoreUnavailable, type RecordPlace } from '../../event-store/store-error.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { readRowsOf } from './client-rows.js'
import { readUndamaged } from './event-record.js'
import { lookUpIdsOf } from './look-ups.js'
import { createPendingErasures } from './pending-erasures.js'
import { createQuarantine } from './quarantine.js'
import { keyOf, readableIdOf, type StorageKey } from './storage-key.js'
import type { LookUpName, StoreEngine } from './store-engine.js'

const LOOK_UPS = ['sessions', 'users'] as const

/** Calls a listener once for each record. */
class Damages {
  readonly #onDamage: CheckReport['onDamage']
  readonly #seen = new Set<string>()

  constructor(onDamage: CheckReport['onDamage']) {
    this.#onDamage = onDamage
  }

  get count(): number {
    return this.#seen.size
  }

  readonly add = (damage: CorruptRecord): void => {
    const key = damage.position ?? `${damage.message} ${this.#seen.size}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#onDamage(damage)
  }
}

/** The keys under which a client's events must be found, by look-up. */
const lookUpKeysOf = (
  recorded: ReadonlyArray<RecordedEvent>,
): Readonly<Record<LookUpName, ReadonlySet<StorageKey>>> => {
  const ids = recorded.map(({ event }) => lookUpIdsOf(event))
  return {
    sessions: new Set(ids.flatMap(({ sessionIds }) => sessionIds.map(keyOf))),
    users: new Set(ids.flatMap(({ userIds }) => userIds.map(keyOf))),
  }
}

const checkRevisions = (
  recordedRevisions: ReadonlyArray<number>,
  { horizon, highest }: { readonly horizon: number; readonly highest: number },
  place: RecordPlace,
  onDamage: (damage: CorruptRecord) => void,
): void => {
  let next = horizon + 1
  const missing = (revision: number): void => {
    onDamage(new CorruptRecord(null, 'missing', { ...place, revision }))
  }
  for (const revision of recordedRevisions) {
    if (revision <= horizon) continue
    if (revision > next) missing(next)
    next = revision + 1
  }
  if (highest >= next) missing(highest)
}

const readSound = async (
  engine: StoreEngine,
  clientKey: StorageKey,
  onDamage: (damage: CorruptRecord) => void,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const { events, horizon, revision: highest = 0 } = await readRowsOf(engine, clientKey)
  const place = { clientId: readableIdOf(clientKey) }
  const revisions = events.map(({ revision }) => Number(revision))
  checkRevisions(revisions, { horizon, highest }, place, onDamage)
  const sound = events.flatMap((stored) => {
    const recorded = readUndamaged({ clientKey, ...stored }, onDamage)
    return recorded === undefined ? [] : [recorded]
  })
  const keys = await engine.eventKeys(clientKey)
  for (const { event, position, revision } of sound) {
    const key = keys.get(revision)
    const problem =
      keyOf(clientIdOf(event)) !== clientKey
        ? 'client'
        : key !== undefined && key !== keyOf(eventIdentity(event))
          ? 'event-id'
          : null
    if (problem === null) continue
    onDamage(new CorruptRecord(position, problem, { clientId: clientIdOf(event), revision }))
  }
  return sound
}

const clientKeysBy = {
  sessions: (engine: StoreEngine, key: StorageKey) => engine.clientKeysOfSession(key),
  users: (engine: StoreEngine, key: StorageKey) => engine.clientKeysOfUser(key),
}

/** What the check of a client found. */
interface ClientFindings {
  readonly damages: ReadonlyArray<CorruptRecord>
  /** How many rows of each look-up its events need. */
  readonly needed: Readonly<Record<LookUpName, number>>
  readonly events: number
  /** What ended the check of the client. */
  readonly failure?: { readonly error: unknown }
}

const checkClient = async (engine: StoreEngine, clientKey: StorageKey): Promise<ClientFindings> => {
  const damages: CorruptRecord[] = []
  const needed = { sessions: 0, users: 0 }
  let events = 0
  try {
    const recorded = await readSound(engine, clientKey, (damage) => damages.push(damage))
    events = recorded.length
    const lookUpKeys = lookUpKeysOf(recorded)
    for (const lookUp of LOOK_UPS) {
      needed[lookUp] = lookUpKeys[lookUp].size
      for (const key of lookUpKeys[lookUp]) {
        if ((await clientKeysBy[lookUp](engine, key)).includes(clientKey)) continue
        damages.push(new CorruptRecord(null, 'look-up', { clientId: readableIdOf(clientKey) }))
      }
    }
    return { damages, needed, events }
  } catch (error) {
    return { damages, needed, events, failure: { error } }
  }
}

/** How many clients are checked at once: each takes several questions over a network. */
const CLIENTS_AT_ONCE = 8

/** Checks clients, and gives what was found in their order, up to the first failure. */
async function* checkClients(
  engine: StoreEngine,
  keys: ReadonlyArray<StorageKey>,
): AsyncGenerator<ClientFindings, void> {
  for (let start = 0; start < keys.length; start += CLIENTS_AT_ONCE) {
    const some = keys.slice(start, start + CLIENTS_AT_ONCE)
    yield* await Promise.all(some.map((key) => checkClient(engine, key)))
  }
}

/** Finds the rows of a look-up that no event needs. */
const checkUnneeded = async (
  engine: StoreEngine,
  lookUp: LookUpName,
  damages: Damages,
): Promise<void> => {
  for await (const page of engine.lookUpPages(lookUp)) {
    for (const [key, clientKey] of page) {
      const { events } = await readRowsOf(engine, clientKey)
      const recorded = events.flatMap((stored) => readUndamaged(stored, () => undefined) ?? [])
      if (lookUpKeysOf(recorded)[lookUp].has(key) || recorded.length < events.length) continue
      damages.add(new CorruptRecord(null, 'look-up', { clientId: readableIdOf(clientKey) }))
    }
  }
}

/** Errors that stand for a damage are reported, so that the check goes on with its next part. */
const reporting = async (work: () => Promise<void>, damages: Damages): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof CorruptRecord) damages.add(error)
    // What the database says where it cannot read one of its own pages.
    else if (error instanceof StoreUnavailable && error.reason === 'storage') {
      damages.add(new CorruptRecord(null, 'structure'))
    } else throw error
  }
}

/** How many events or clients are read between two reports of the progress. */
const STEP = 1000

/** Reads everything of a store and reports each damage. It holds one page, or a few clients, in memory. */
export const checkStore = async (
  engine: StoreEngine,
  { onDamage, onProgress }: CheckReport,
  checkOpen: () => void,
): Promise<CheckResult> => {
  const damages = new Damages(onDamage)
  let [events, clients, deliveries] = [0, 0, 0]
  let clientsTotal: number | null = null
  const progress = (count: number): void => {
    if (count % STEP === 0) onProgress?.({ events, clients, clientsTotal })
  }

  await reporting(async () => {
    const faults = (await engine.countFaults?.()) ?? 0
    if (faults > 0) damages.add(new CorruptRecord(null, 'structure'))
  }, damages)
  await reporting(async () => {
    const request = { after: undefined, mode: 'complete', signal: undefined, checkOpen } as const
    for await (const page of engine.pages(request)) {
      for (const stored of page) {
        if (readUndamaged(stored, damages.add) === undefined) continue
        events += 1
        progress(events)
      }
    }
  }, damages)

  const needed = { sessions: 0, users: 0 }
  let ofClients = 0
  await reporting(async () => {
    const keys = await engine.clientKeys()
    clientsTotal = keys.length
    for await (const { damages: found, needed: rows, events: sound, failure } of checkClients(
      engine,
      keys,
    )) {
      checkOpen()
      for (const damage of found) damages.add(damage)
      if (failure !== undefined) throw failure.error
      for (const lookUp of LOOK_UPS) needed[lookUp] += rows[lookUp]
      ofClients += sound
      clients += 1
      progress(clients)
    }
  }, damages)
  for (const lookUp of LOOK_UPS) {
    await reporting(async () => {
      if ((await engine.countLookUp(lookUp)) > needed[lookUp]) {
        await checkUnneeded(engine, lookUp, damages)
      }
    }, damages)
  }
  if (ofClients < events && damages.count === 0) damages.add(new CorruptRecord(null, 'structure'))

  await reporting(async () => {
    for await (const _delivery of createQuarantine(engine.quarantine, checkOpen).all()) {
      deliveries += 1
    }
  }, damages)
  await reporting(async () => {
    for await (const _erasure of createPendingErasures(engine.pendingErasures, checkOpen).all());
  }, damages)
  return { events, clients, deliveries, damaged: damages.count }
}
