import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { EventStore } from '../../src/event-store/event-store.js'

/**
 * The stores in the folder `versions` were filled by the code of the version that they are named after, and
 * never change. Each holds long and odd ids, shared devices, observations, an erased client and, from
 * version 2 on, deliveries. The answers beside them are those of that code.
 */
const read = (name: string): Buffer =>
  gunzipSync(readFileSync(new URL(`versions/${name}.gz`, import.meta.url)))

const readJson = (name: string): unknown => JSON.parse(read(name).toString())

/** A SQLite file of an older version. */
export const oldSqliteFile = (version: number): Buffer => read(`sqlite-${version}.db`)

/** The rows of the tables of an older PostgreSQL store. */
export const oldPostgresRows = (version: number): Readonly<Record<string, ReadonlyArray<object>>> =>
  readJson(`postgres-${version}.rows.json`) as Readonly<Record<string, ReadonlyArray<object>>>

interface OldAnswers {
  readonly clients: ReadonlyArray<readonly [id: string, events: ReadonlyArray<object>]>
  readonly events: ReadonlyArray<{ readonly event: object; readonly revision: number }>
  readonly ofUsers: ReadonlyArray<readonly [id: string, clientIds: ReadonlyArray<string>]>
  readonly ofSessions: ReadonlyArray<readonly [id: string, clientIds: ReadonlyArray<string>]>
  readonly deliveries: ReadonlyArray<object>
}

/** The answers of the code of an older version. */
export const oldAnswers = (store: 'sqlite' | 'postgres', version: number): OldAnswers =>
  readJson(`${store}-${version}.answers.json`) as OldAnswers

const collect = async <A>(items: AsyncIterable<A>): Promise<A[]> => {
  const all: A[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The answers of a store to the same questions. */
export const answersNow = async (store: EventStore, old: OldAnswers): Promise<OldAnswers> => {
  const each = async <A>(
    ids: ReadonlyArray<string>,
    ask: (id: string) => Promise<A>,
  ): Promise<Array<readonly [string, A]>> => {
    const answers: Array<readonly [string, A]> = []
    for (const id of ids) answers.push([id, await ask(id)])
    return answers
  }
  return {
    clients: await each(await store.clientIds(), async (id) =>
      (await store.readClient(id)).map(({ event, revision }) => ({ event, revision })),
    ),
    events: (await collect(store.readAll())).map(({ event, revision }) => ({ event, revision })),
    ofUsers: await each(
      old.ofUsers.map(([id]) => id),
      store.clientsOfUser,
    ),
    ofSessions: await each(
      old.ofSessions.map(([id]) => id),
      store.clientsOfSession,
    ),
    deliveries: (await collect(store.quarantine.all())).map(({ body, ...rest }) => ({
      ...rest,
      body: Buffer.from(body).toString('base64'),
    })),
  }
}
