import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import { createHandler, type Handler } from '../../src/http/handler.js'
import { openSqliteStore } from '../../src/stores/sqlite/open.js'
import { checkLaws, fetchSubject, type Subject } from '../../src/testing/index.js'
import { SUBJECT_LAWS } from '../../src/testing/subject-laws/subject-laws.js'
import { SECRET } from './handlers/signed-handler.js'

/** This package's own handler of requests on a file of SQLite, which a restart closes and opens again. */
const ownHandlerOn = (folder: string): Subject => {
  let clients: Clients | undefined
  let handler: Handler | undefined
  const open = async (): Promise<void> => {
    clients = openClients({ store: await openSqliteStore(join(folder, 'clients.db')) })
    handler = createHandler({ clients, signingSecrets: SECRET, secretKey: 'sk_test' })
  }
  const subject = fetchSubject({
    fetch: async (request) =>
      (await handler?.fetch(request)) ?? new Response(null, { status: 503 }),
    url: 'http://localhost/webhooks/clerk',
    secret: SECRET,
    read: 'http://localhost/v1/clients/{id}?at={at}',
    headers: { authorization: 'Bearer sk_test' },
    restart: async () => {
      await clients?.close()
      await open()
    },
  })
  return { ...subject, open, close: () => clients?.close() }
}

it('the handler of this package on SQLite keeps every law, also through restarts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-laws-'))
  try {
    const options = { seed: 1, numRuns: 20, maxSeconds: 120 }
    const { broken, held, text } = await checkLaws(ownHandlerOn(folder), options)
    expect(broken, text).toEqual([])
    expect([...held].sort()).toEqual(SUBJECT_LAWS.map(({ name }) => name).sort())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
