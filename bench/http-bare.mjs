// What a service without clientfold would be: hono over two tables, which keep the present state of each
// session only. It checks the same signatures and the same key, and answers the same JSON. Without an argument
// it does nothing, which shows what HTTP itself costs on this machine.
import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { Webhook } from 'standardwebhooks'
import { bareTables } from './http-bare-tables.mjs'

const [url] = process.argv.slice(2)
const app = new Hono()

const statusAt = ({ status, expire_at, abandon_at }, now) => {
  if (status !== 'active' && status !== 'pending') return status
  return expire_at <= now ? 'expired' : abandon_at <= now ? 'abandoned' : status
}
const isLive = ({ status }) => status === 'active' || status === 'pending'

/** A session as a row has it, with the status that it reads now. */
const sessionOf = (text, now) => {
  const session = JSON.parse(text)
  session.status = statusAt(session, now)
  return session
}

const byCreation = (one, other) =>
  one.created_at - other.created_at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)

const clientOf = ({ id, created_at, updated_at }, texts, now) => {
  const sessions = texts
    .map((text) => sessionOf(text, now))
    .filter(({ status }) => status !== 'removed')
    .sort(byCreation)
  const last = sessions
    .filter(isLive)
    .sort((one, other) => one.last_active_at - other.last_active_at)
  return {
    object: 'client',
    id,
    session_ids: sessions.map((session) => session.id),
    sessions,
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: last.at(-1)?.id ?? null,
    last_authentication_strategy: null,
    updated_at: Number(updated_at),
    created_at: Number(created_at),
  }
}

let end
const addService = async () => {
  const { CLERK_WEBHOOK_SIGNING_SECRET: secret, CLIENTFOLD_SECRET_KEY: key } = process.env
  const tables = await bareTables(url)
  end = tables.end
  const webhook = new Webhook(secret)
  const hashOf = (text) => createHash('sha256').update(text).digest()
  const expected = hashOf(`Bearer ${key}`)

  app.post('/webhooks/clerk', async (context) => {
    const { headers } = context.req.raw
    const text = Buffer.from(await context.req.arrayBuffer()).toString()
    const event = webhook.verify(text, {
      'webhook-id': headers.get('svix-id'),
      'webhook-timestamp': headers.get('svix-timestamp'),
      'webhook-signature': headers.get('svix-signature'),
    })
    const isNew = await tables.record(headers.get('svix-id'), event.data)
    return context.json({ outcome: isNew ? 'recorded' : 'duplicate' })
  })
  app.use('/v1/*', async (context, next) => {
    const given = hashOf(context.req.header('authorization') ?? '')
    return timingSafeEqual(given, expected) ? next() : context.json({ errors: [] }, 401)
  })
  const partOf = ({ req }) => ({
    limit: Number(req.query('limit') ?? 10),
    offset: Number(req.query('offset') ?? 0),
  })
  app.get('/v1/clients', async (context) => {
    const now = Date.now()
    const { rows, total } = await tables.clients(partOf(context))
    const data = rows.map(({ texts, ...row }) => clientOf(row, texts, now))
    return context.json(
      context.req.query('paginated') === 'true' ? { data, total_count: total } : data,
    )
  })
  app.get('/v1/clients/:id', async (context) => {
    const row = await tables.client(context.req.param('id'))
    return row === undefined
      ? context.json({ errors: [] }, 404)
      : context.json(clientOf(row, row.texts, Date.now()))
  })
  app.get('/v1/sessions', async (context) => {
    const now = Date.now()
    const { texts, total } = await tables.sessions(context.req.query('user_id'), partOf(context))
    const data = texts.map((text) => sessionOf(text, now))
    return context.json(
      context.req.query('paginated') === 'true' ? { data, total_count: total } : data,
    )
  })
}

const addNothing = () => {
  app.post('/webhooks/clerk', async (context) => {
    await context.req.arrayBuffer()
    return context.json({ outcome: 'nothing' })
  })
  app.get('/*', (context) => context.json({}))
}

if (url === undefined) addNothing()
else await addService()
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stderr.write(`listening on http://127.0.0.1:${port}: ${url ?? 'nothing'}\n`)
})
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
  void end?.()
})
