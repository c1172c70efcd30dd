// The raw client of JetStream, doing the same durable writes and reads as the store, without any check.
import { hash } from 'node:crypto'
import { TextDecoder } from 'node:util'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers as newHeaders, nuid } from '@nats-io/transport-node'

const STREAM = 'RAW'
const PAGE = 1000
const tokenOf = (id) => hash('sha256', id, 'base64url')
const subjectOf = (clientId) => `${STREAM}.e.${tokenOf(clientId)}`

const headersOf = (values) => {
  const all = newHeaders()
  for (const [name, value] of Object.entries(values)) all.set(name, String(value))
  return all
}

const decoder = new TextDecoder()
const parsed = (data, header) => ({
  event: Object.assign(JSON.parse(decoder.decode(data)), {
    recorded_at: Number(header.get('Recorded')),
  }),
  revision: Number(header.get('Revision')),
})

const failUnlessStored = (message) => {
  const answer = message.json()
  if (answer.error !== undefined || answer.duplicate) throw new Error('the message is not stored')
  return answer.seq
}

export const openRaw = async (hosts, replicas) => {
  const nc = await connect({ servers: hosts })
  const manager = await jetstreamManager(nc, { checkAPI: false })
  await manager.streams.add({
    ...{ name: STREAM, subjects: [`${STREAM}.e.*`, `${STREAM}.l.*.*.*`], num_replicas: replicas },
    ...{ retention: 'limits', storage: 'file', discard: 'new', allow_direct: true },
    ...{ allow_atomic: true, duplicate_window: 2 * 86_400 * 1e9 },
  })
  // What the next message of a client must follow, and the links that are there.
  const lasts = new Map()
  const links = new Set()

  const request = (subject, body, values) =>
    nc.request(subject, body, { headers: headersOf(values), timeout: 10_000 })

  const link = async (subject) => {
    if (links.has(subject)) return
    links.add(subject)
    await request(subject, '', { 'Nats-Expected-Last-Subject-Sequence': 0 })
  }
  const linkAll = (events) =>
    Promise.all(
      events.flatMap(({ data }) => {
        const client = tokenOf(data.client_id)
        return [
          link(`${STREAM}.l.u.${tokenOf(data.user_id)}.${client}`),
          link(`${STREAM}.l.s.${tokenOf(data.id)}.${client}`),
        ]
      }),
    )

  const valuesOf = (event, revision, expected) => ({
    'Nats-Msg-Id': tokenOf(event.id),
    Revision: revision,
    Recorded: event.timestamp,
    ...(expected !== undefined && { 'Nats-Expected-Last-Subject-Sequence': expected }),
  })

  return {
    append: async (clientId, events, revision) => {
      await linkAll(events)
      const subject = subjectOf(clientId)
      const expected = lasts.get(clientId) ?? 0
      const batch = nuid.next()
      let last
      for (const [index, event] of events.entries()) {
        const isLast = index === events.length - 1
        const values = {
          ...valuesOf(event, revision + 1 + index, index === 0 ? expected : undefined),
          ...(events.length > 1 && { 'Nats-Batch-Id': batch, 'Nats-Batch-Sequence': index + 1 }),
          ...(events.length > 1 && isLast && { 'Nats-Batch-Commit': 1 }),
        }
        const text = JSON.stringify(event)
        if (isLast) last = await request(subject, text, values)
        else nc.publish(subject, text, { headers: headersOf(values) })
      }
      lasts.set(clientId, failUnlessStored(last))
    },
    /** Reads a client: what the leader has last, and direct gets until it is reached. */
    load: async (clientId) => {
      const subject = subjectOf(clientId)
      const { seq: last } = await manager.streams.getMessage(STREAM, { last_by_subj: subject })
      const events = []
      for (let next = 1; next <= last;) {
        const query = { seq: next, batch: PAGE, next_by_subj: subject }
        for await (const { seq, data, header } of await manager.direct.getBatch(STREAM, query)) {
          next = seq + 1
          events.push(parsed(data, header))
        }
      }
      return events
    },
    /** Reads everything by direct gets, as fast as the client can. */
    readAll: async () => {
      let count = 0
      let next = 1
      for (;;) {
        const page = await manager.direct.getBatch(STREAM, {
          ...{ seq: next, batch: PAGE, next_by_subj: `${STREAM}.e.*` },
        })
        let read = 0
        for await (const { seq, data, header } of page) {
          next = seq + 1
          read += 1
          if (parsed(data, header).event.id) count += 1
        }
        if (read < PAGE) return count
      }
    },
    /** Consumes everything by a durable consumer and hands each batch over before it is acknowledged. */
    consume: async (name, events, take) => {
      await manager.consumers.add(STREAM, {
        ...{ durable_name: name, ack_policy: AckPolicy.Explicit, filter_subject: `${STREAM}.e.*` },
        ...{ max_ack_pending: 20_000 },
      })
      const consumer = await jetstream(nc).consumers.get(STREAM, name)
      for (let count = 0; count < events;) {
        const messages = []
        for await (const message of await consumer.fetch({ max_messages: 500, expires: 1000 })) {
          messages.push(message)
        }
        await take(messages.map(({ data, headers }) => parsed(data, headers).event))
        for (const message of messages) message.ack()
        count += messages.length
      }
    },
    close: () => nc.close(),
  }
}
