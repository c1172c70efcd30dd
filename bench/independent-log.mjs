// Writes a log that shares no code with `clientfold generate`: node independent-log.mjs EVENTS CLIENTS OUT.
// Two receivers kept it. One sorts the keys; the other keeps its own order of keys, puts a space after each
// colon and comma, and escapes every letter that is not ASCII. Ids have two shapes, lines 0.5 to 4 kB.
// The same arguments give the same bytes.
import { closeSync, openSync, writeSync } from 'node:fs'

const [, , events, clientCount, out] = process.argv

let seed = 20_240_528
/** Mulberry32: a number from 0 to below 1. */
const random = () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const below = (limit) => Math.floor(random() * limit)
const oneOf = (values) => values[below(values.length)]
const hex = (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join('')
const uuid = () => [hex(8), hex(4), `4${hex(3)}`, `a${hex(3)}`, hex(12)].join('-')
const shortId = (prefix) => `${prefix}_${hex(6 + below(20))}`

const NAMES = ['Ada', 'Grace', 'José', 'Łukasz', '花子', 'Sigrún', 'Ngọc', 'Margaret']
const emailOf = (n) => ({
  id: shortId('idn'),
  email_address: `reader+${n}.${hex(below(24))}@mail.example.org`,
  verification: { status: 'verified', strategy: oneOf(['email_code', 'email_link', 'ticket']) },
})
const userOf = (id) => ({
  id,
  object: 'user',
  first_name: oneOf(NAMES),
  last_name: oneOf(NAMES),
  email_addresses: Array.from({ length: below(12) }, (_, n) => emailOf(n)),
  public_metadata: Object.fromEntries(
    Array.from({ length: below(8) }, (_, n) => [`setting_${n}`, oneOf(NAMES).repeat(below(20))]),
  ),
})

const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, nested]) => [key, sorted(nested)])
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)))
}
const withSpaces = (value) => {
  if (Array.isArray(value)) return `[${value.map(withSpaces).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, nested]) => `"${key}": ${withSpaces(nested)}`)
    return `{${pairs.join(', ')}}`
  }
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const HOUR_MS = 3_600_000
let nowMs = Date.UTC(2025, 2, 1)
const clients = Array.from({ length: Number(clientCount) }, (_, n) => ({
  id: n % 2 === 0 ? uuid() : shortId('c'),
  sessions: [],
}))

const newSession = () => ({
  id: random() < 0.5 ? uuid() : shortId('s'),
  userId: random() < 0.5 ? uuid() : shortId('u'),
  createdAt: nowMs,
  isMobile: random() < 0.5,
})

/** What happens next to a client: a sign-in, news of a live session, or the end of one. */
const nextEvent = () => {
  nowMs += 1 + below(4000)
  const client = clients[Math.floor(random() ** 2 * clients.length)]
  if (client.sessions.length === 0 || random() < 0.15) client.sessions.push(newSession())
  const session = oneOf(client.sessions)
  const status = oneOf(['active', 'active', 'active', 'pending', 'ended', 'revoked', 'removed'])
  if (!['active', 'pending'].includes(status)) {
    client.sessions.splice(client.sessions.indexOf(session), 1)
  }
  return {
    event_attributes: { http_request: { user_agent: `Client/${below(90)} (${hex(below(60))})` } },
    timestamp: nowMs + below(900),
    data: {
      status,
      user: random() < 0.5 ? userOf(session.userId) : null,
      id: session.id,
      created_at: session.createdAt,
      updated_at: nowMs,
      last_active_at: nowMs - below(HOUR_MS),
      client_id: client.id,
      latest_activity: {
        id: shortId('act'),
        object: 'session_activity',
        is_mobile: session.isMobile,
      },
      user_id: session.userId,
      abandon_at: session.createdAt + 900 * HOUR_MS,
      expire_at: session.createdAt + 150 * HOUR_MS,
      object: 'session',
    },
    type: `session.${status === 'active' ? 'created' : status}`,
    object: 'event',
    instance_id: 'ins_independent',
  }
}

const DELAYED_LINES = 64
const FLUSH_LETTERS = 1 << 20
const file = openSync(out, 'w')
const delayed = []
let text = ''
const write = (line) => {
  text += `${line}\n`
  if (text.length > FLUSH_LETTERS) {
    writeSync(file, text)
    text = ''
  }
}
for (let n = 0; n < Number(events); n++) {
  const event = nextEvent()
  delayed.push(random() < 0.5 ? JSON.stringify(sorted(event)) : withSpaces(event))
  if (delayed.length < DELAYED_LINES) continue
  const [line] = delayed.splice(below(delayed.length), 1)
  write(line)
  // Three deliveries in a hundred come twice: the second one takes the place of an event.
  if (random() < 0.03 && n + 1 < Number(events)) {
    delayed.push(line)
    n += 1
  }
}
for (const line of delayed) write(line)
writeSync(file, text)
closeSync(file)
