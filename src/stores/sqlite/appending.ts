import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../../events/client-event.js'
import { decideAppend } from '../../store/append-decision.js'
import type { Appended, AppendRefusal, ExpectedRevision } from '../../store/event-store.js'
import {
  recordOf,
  writtenAs,
  type EventRecord,
  type RecordedEvent,
} from '../../store/recorded-event.js'
import { keyOf, tombstoneOf, type StorageKey } from '../../store/storage-key.js'
import type { Statements } from './statements.js'

/** An event on its way into the file. */
export interface Entry extends EventRecord {
  readonly eventKey: StorageKey
}

/** The entry of an event that is taken in now (epoch milliseconds). */
export const entryOf = (event: ClientEvent, now: number): Entry => {
  const record = recordOf(event, now)
  return { ...record, eventKey: keyOf(record.eventId) }
}

/** One append among those that share a transaction. */
export interface Append {
  readonly clientId: string
  readonly entries: ReadonlyArray<Entry>
  readonly expected: ExpectedRevision
}

/** What a transaction knows of a client; it alone writes meanwhile. */
interface ClientFacts {
  readonly key: StorageKey
  readonly isErased: boolean
  revision: number
  readonly sessionIds: Set<string>
  readonly userIds: Set<string>
}

/** An event that is going to be written. */
interface Planned {
  readonly client: ClientFacts
  readonly entry: Entry
  readonly revision: number
}

/** What an append comes to, before positions are given. */
type Decided = E.Either<
  AppendRefusal,
  { readonly revision: number; readonly planned: ReadonlyArray<Planned> }
>

const factsOf = (
  { clientFacts }: Statements,
  appends: ReadonlyArray<Append>,
): ReadonlyMap<string, ClientFacts> => {
  const ids = [...new Set(appends.map(({ clientId }) => clientId))]
  const rows = clientFacts(JSON.stringify(ids.map((id) => [keyOf(id), tombstoneOf(id)])))
  return new Map(
    ids.map((id, index): [string, ClientFacts] => {
      const facts = {
        key: keyOf(id),
        isErased: Number(rows[index]?.is_erased) === 1,
        revision: Number(rows[index]?.revision ?? 0),
        sessionIds: new Set<string>(),
        userIds: new Set<string>(),
      }
      return [id, facts]
    }),
  )
}

const textsOf = (
  statements: Statements,
  appends: ReadonlyArray<Append>,
): Map<StorageKey, string> => {
  const keys = appends.flatMap(({ entries }) => entries.map(({ eventKey }) => eventKey))
  const rows = statements.textsOf(JSON.stringify(keys))
  return new Map(rows.map(({ event_key: key, text }) => [key, text]))
}

/** Decides one append after the other, each as if those before it were written. */
const decideAll = (
  statements: Statements,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<Decided> => {
  const clients = factsOf(statements, appends)
  const texts = textsOf(statements, appends)
  return appends.map(({ clientId, entries, expected }) => {
    const client = clients.get(clientId)
    if (client === undefined) throw new Error('every client was looked up')
    const { isErased, revision } = client
    const textOf = (eventId: string): string | undefined => texts.get(keyOf(eventId))
    const decision = decideAppend(entries, expected, { isErased, revision, textOf })
    if (E.isLeft(decision)) return decision
    const fresh = new Set(decision.right)
    const planned = entries
      .filter((entry) => fresh.has(entry))
      .map((entry) => {
        client.revision += 1
        texts.set(entry.eventKey, entry.text)
        for (const id of entry.sessionIds) client.sessionIds.add(id)
        for (const id of entry.userIds) client.userIds.add(id)
        return { client, entry, revision: client.revision }
      })
    return E.right({ revision: client.revision, planned })
  })
}

/** @returns the position of the first */
const write = (statements: Statements, planned: ReadonlyArray<Planned>): number => {
  const last = statements.insertEvents(
    planned.map(({ client, entry: { eventKey, recordedAt, text }, revision }) => [
      client.key,
      revision,
      eventKey,
      recordedAt,
      text,
    ]),
  )
  const clients = [...new Set(planned.map(({ client }) => client))]
  const links = (
    idsOf: (client: ClientFacts) => ReadonlySet<string>,
  ): ReadonlyArray<[string, string]> =>
    clients.flatMap((client) =>
      Array.from(idsOf(client), (id): [string, string] => [keyOf(id), client.key]),
    )
  statements.insertSessions(links(({ sessionIds }) => sessionIds))
  statements.insertUsers(links(({ userIds }) => userIds))
  // AUTOINCREMENT counts by one, and nobody else writes meanwhile.
  return last - planned.length + 1
}

/** Decides and writes appends, one after the other, within a transaction. */
export const writeAppends = (
  statements: Statements,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<E.Either<AppendRefusal, Appended>> => {
  const decided = decideAll(statements, appends)
  const planned = decided.flatMap((each) => (E.isRight(each) ? each.right.planned : []))
  let position = planned.length === 0 ? 0 : write(statements, planned)
  const recordedOf = ({ entry, revision }: Planned): RecordedEvent =>
    writtenAs(entry, revision, String(position++))
  return decided.map(
    E.map(({ revision, planned }) => ({ revision, recorded: planned.map(recordedOf) })),
  )
}
