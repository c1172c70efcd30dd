// A hono handler that does nothing: it shows what HTTP itself costs on this machine. It is no baseline for
// the work of clientfold, since it verifies no signature and writes nothing to disk.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()
app.post('/webhooks/clerk', async (context) => {
  await context.req.arrayBuffer()
  return context.json({ outcome: 'nothing' })
})
app.get('/*', (context) => context.json({}))
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stderr.write(`listening on http://127.0.0.1:${port}: nothing\n`)
})
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
})
