import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { Question } from '../../src/clients/question.js'
import { createHandler } from '../../src/http/handler.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { aSessionEvent, DAY, MINUTE } from '../given.js'
import { folderWithStore } from './given/store.js'
import { logOf } from '../replay/log-bytes.js'

const NOW = Date.now()
const AGO = NOW - DAY

const session = (id: string, expire_at: number) =>
  aSessionEvent({
    ...{ id, expire_at, abandon_at: NOW + 30 * DAY },
    ...{ created_at: AGO, updated_at: AGO, last_active_at: AGO },
  })

/** One session has expired since it was created, the other one lives on. */
const folder = await folderWithStore(
  logOf(
    ...[session('sess_over', NOW - MINUTE), session('sess_live', NOW + 10 * DAY)].map((event) =>
      JSON.stringify(event),
    ),
  ),
)

/** The parameters of a URL and the options of a command that ask the same question. */
const formsOf = (question: Question) => {
  const named = [
    { parameter: 'at', option: '--at', value: question.at },
    { parameter: 'as_of', option: '--as-of', value: question.asOf },
    { parameter: 'known_at', option: '--known-at', value: question.knownAt },
  ].filter(({ value }) => value !== undefined)
  return {
    search: named.map(({ parameter, value }) => `${parameter}=${value}`).join('&'),
    options: named.flatMap(({ option, value }) => [option, String(value)]),
  }
}

it.each([
  { name: 'no clock', question: {}, statuses: ['active', 'expired'] },
  { name: 'statuses as recorded', question: { at: 'recorded' }, statuses: ['active', 'active'] },
  { name: 'a clock', question: { at: NOW + 20 * DAY }, statuses: ['expired', 'expired'] },
  { name: 'a moment', question: { asOf: AGO }, statuses: ['active', 'active'] },
  {
    name: 'a moment without a clock',
    question: { asOf: NOW + 20 * DAY, at: 'recorded' },
    statuses: ['active', 'active'],
  },
  {
    name: 'what was known, by the clock of now',
    question: { knownAt: NOW + DAY },
    statuses: ['active', 'expired'],
  },
] as const)(
  'library, command and HTTP answer the same for $name',
  async ({ question, statuses }) => {
    const { search, options } = formsOf(question)
    const store = await openSqliteStore({ path: join(folder.path, 'clients.db'), readOnly: true })
    const clients = openClients({ store, viewsIn: 'memory' })
    const { fetch } = createHandler({ clients, secretKey: 'sk_1' })
    const overHttp = async (path: string): Promise<unknown> =>
      (
        await fetch(
          new Request(`http://localhost${path}?${search}`, {
            headers: { authorization: 'Bearer sk_1' },
          }),
        )
      ).json()
    const byCommand = async (...args: ReadonlyArray<string>): Promise<unknown> =>
      JSON.parse((await folder.run([...args, ...options, '--format', 'json'])).stdout)

    const client = await clients.get('client_1', question)
    expect(client?.sessions.map(({ status }) => status)).toEqual(statuses)
    const devices = await clients.devices('user_1', question)
    expect(devices[0]?.sessions.map(({ status }) => status)).toEqual(statuses.toReversed())

    const answers = await Promise.all([
      byCommand('show', 'client_1'),
      byCommand('devices', 'user_1'),
      overHttp('/v1/clients/client_1'),
      overHttp('/v1/users/user_1/devices'),
    ])
    expect(answers).toEqual([client, devices, client, devices])
    expect(await overHttp('/v1/clients')).toEqual((await clients.list(question)).data)
    expect(await overHttp('/v1/sessions')).toEqual((await clients.sessions(question)).data)
    expect(await overHttp('/v1/sessions/sess_over')).toEqual(
      await clients.session('sess_over', question),
    )
    await clients.close()
  },
)
