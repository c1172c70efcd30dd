import type { SessionEventType } from '../../events/client-event.js'
import type { Session } from '../../events/session.js'
import { expiryOf, FIRST_TASKS, STATUS_AFTER } from '../session-life.js'
import { activityOf } from './people.js'
import type { Random } from './random.js'

/** One change of a session on a device. */
export interface SessionChange {
  readonly type: SessionEventType
  readonly session: Session
}

/** A browser or phone with its users and its live sessions: what Clerk calls a client. */
export interface Device {
  readonly clientId: string
  readonly userIds: readonly [string, ...string[]]
  live: Session[]
}

/** Creates a device without sessions. One device in three has several users. */
export const createDevice = (random: Random): Device => ({
  clientId: random.id('client'),
  userIds: random.perMille(333)
    ? [random.id('user'), random.id('user'), random.id('user')]
    : [random.id('user')],
  live: [],
})

const signIn = (device: Device, now: number, random: Random): Session => {
  const isPending = random.perMille(80)
  const { expireAt, abandonAt } = expiryOf(now)
  return {
    object: 'session',
    id: random.id('sess'),
    user_id: random.pick(device.userIds),
    client_id: device.clientId,
    actor: random.perMille(10)
      ? { sub: random.id('user'), iss: 'support "night shift" \\ Zürich' }
      : null,
    status: isPending ? 'pending' : 'active',
    last_active_organization_id: random.perMille(50) ? random.id('org') : null,
    last_active_at: now,
    ...(random.perMille(20) ? { latest_activity: activityOf(random) } : {}),
    expire_at: expireAt,
    abandon_at: abandonAt,
    updated_at: now,
    created_at: now,
    ...(isPending ? { tasks: [...FIRST_TASKS] } : {}),
  }
}

/** In a modern browser a sign-out removes the session; `ended` is rarer. */
const ENDINGS = [
  'session.removed',
  'session.removed',
  'session.removed',
  'session.ended',
  'session.revoked',
] as const

/** Changes a device: a sign-in, a task set or done, or the end of a session. */
export const nextChange = (device: Device, now: number, random: Random): SessionChange => {
  const session = device.live[random.integer(0, Math.max(0, device.live.length - 1))]
  if (session === undefined || (device.live.length < 5 && random.perMille(150))) {
    const created = signIn(device, now, random)
    device.live.push(created)
    return { type: 'session.created', session: created }
  }
  const others = device.live.filter(({ id }) => id !== session.id)
  const after = { ...session, updated_at: now, last_active_at: now - random.integer(0, 60_000) }
  if (random.perMille(300)) {
    const changed: Session =
      session.status === 'active'
        ? { ...after, status: 'pending', tasks: [{ key: 'reset-password' }] }
        : { ...after, status: 'active', tasks: null }
    device.live = [...others, changed]
    const type = changed.status === 'pending' ? 'session.pending' : 'session.created'
    return { type, session: changed }
  }
  const type = random.pick(ENDINGS)
  device.live = others
  return { type, session: { ...after, status: STATUS_AFTER[type] } }
}
