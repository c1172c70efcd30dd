import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import type { BackupRecord, BackupSource, RestoreResult } from '../../event-store/backup.js'
import type { EventStore } from '../../event-store/event-store.js'
import { collect } from './checks.js'

/** All records of a backup of a store. */
export const backupOf = async (store: EventStore): Promise<ReadonlyArray<BackupRecord>> => {
  const all: BackupRecord[] = []
  await store.backup((records) => {
    all.push(...records)
    return Promise.resolve()
  })
  // As through a file.
  return JSON.parse(JSON.stringify(all)) as ReadonlyArray<BackupRecord>
}

/** A source of these records. */
export const sourceOf = (records: ReadonlyArray<BackupRecord>, id = 'backup'): BackupSource => ({
  id,
  records: async function* () {
    for (const record of records) yield await Promise.resolve(record)
  },
})

/** Restores records, which must not be refused. */
export const restoreInto = async (
  store: EventStore,
  records: ReadonlyArray<BackupRecord>,
): Promise<RestoreResult> => {
  const answer = await store.restore(sourceOf(records))
  if (E.isLeft(answer)) assert.fail(`the restore was refused: ${answer.left._tag}`)
  return answer.right
}

/** Everything that a store answers, without positions, which differ between stores. */
export const answersOf = async (
  store: EventStore,
  {
    userIds,
    sessionIds,
  }: { readonly userIds: ReadonlyArray<string>; readonly sessionIds: ReadonlyArray<string> },
): Promise<unknown> => {
  const clientIds = await store.clientIds()
  const events = await collect(store.readAll())
  const clients = []
  for (const id of clientIds) {
    const history = await store.readClient(id)
    clients.push([id, history.map(({ event, revision }) => ({ event, revision }))])
  }
  const damages: unknown[] = []
  const check = await store.check({ onDamage: (damage) => damages.push(damage) })
  return {
    events: events.map(({ event, revision }) => ({ event, revision })),
    clients,
    ofUsers: await Promise.all(userIds.map((id) => store.clientsOfUser(id))),
    ofSessions: await Promise.all(sessionIds.map((id) => store.clientsOfSession(id))),
    deliveries: (await collect(store.quarantine.all())).map(({ body, ...rest }) => ({
      ...rest,
      body: [...body],
    })),
    pending: await collect(store.pendingErasures.all()),
    erasures: await store.erasures(0),
    horizon: await store.horizon(),
    check,
    damages,
  }
}
