// A fold that takes an afternoon to write: readline, JSON.parse, spread; the last update of a session wins.
// It validates nothing, keeps the users' data, and orders versions by `updated_at` alone: its output is
// not compared, and it is no baseline.
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { once } from 'node:events'

const clients = new Map()
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const { data } = JSON.parse(line)
  const client = clients.get(data.client_id) ?? {
    object: 'client',
    id: data.client_id,
    sessions: {},
  }
  const previous = client.sessions[data.id]
  if (previous && previous.updated_at > data.updated_at) continue
  clients.set(data.client_id, { ...client, sessions: { ...client.sessions, [data.id]: data } })
}
const out = createWriteStream(process.argv[3])
for (const id of [...clients.keys()].sort()) {
  const { sessions, ...client } = clients.get(id)
  const listed = Object.values(sessions).filter(({ status }) => status !== 'removed')
  const line = JSON.stringify({ ...client, session_ids: listed.map((s) => s.id), sessions: listed })
  if (!out.write(`${line}\n`)) await once(out, 'drain')
}
out.end()
await once(out, 'finish')
