import { signedRequest } from '../subjects/signed-request.js'
import type { DeliveryRequest } from '../subjects/subject.js'

/**
 * What must become of a delivery. `refused`: answered 4xx, because no signature vouches for it. `ignored`:
 * acknowledged, and nothing is kept. `quarantined`: answered without a failure, acknowledged or not, because
 * it is genuine and no repetition makes it readable. `accepted`: acknowledged. Only what is accepted may
 * change a Client.
 */
export type DeliveryClass = 'refused' | 'ignored' | 'quarantined' | 'accepted'

/** A delivery that a receiver must not take for more than it is. */
export interface HostileDelivery {
  /** What is wrong with it. */
  readonly label: string
  readonly expected: DeliveryClass
  readonly request: DeliveryRequest
}

/** What the hostile deliveries are made of. */
export interface HostileDeliveriesOptions {
  /** The body of a genuine delivery. */
  readonly body: string
  /** Its id; every hostile delivery has an id that begins with it. */
  readonly id: string
  /** The signing secret of the receiver, `whsec_…`; without it only unsigned deliveries are made. */
  readonly secret?: string | undefined
  /** The clock of the receiver, in epoch milliseconds; now unless given. */
  readonly now?: number
}

const HOUR = 3_600_000
const OTHER_SECRET = `whsec_${Buffer.from('another secret, of no endpoint').toString('base64')}`

const withHeaders = (
  request: DeliveryRequest,
  change: (headers: Record<string, string>) => Readonly<Record<string, string>>,
): DeliveryRequest => ({ ...request, headers: change({ ...request.headers }) })

/** Requests for which no signature vouches. */
const forged = (
  options: HostileDeliveriesOptions & { readonly secret: string },
): HostileDelivery[] => {
  const { body, secret, now = Date.now() } = options
  const id = `${options.id}_forged`
  const genuine = signedRequest({ id, body, secret, sentAt: now })
  const made: Readonly<Record<string, DeliveryRequest>> = {
    'signed with another secret': signedRequest({ id, body, secret: OTHER_SECRET, sentAt: now }),
    'without a signature': signedRequest({ id, body, sentAt: now }),
    'without headers': withHeaders(genuine, () => ({ 'content-type': 'application/json' })),
    'signed for another body': { ...genuine, body: `${body} ` },
    'signed for another id': withHeaders(genuine, (headers) => ({
      ...headers,
      'svix-id': `${id}2`,
    })),
    'with an empty signature': withHeaders(genuine, (headers) => ({
      ...headers,
      'svix-signature': 'v1,',
    })),
    'an hour old': signedRequest({ id, body, secret, sentAt: now - HOUR }),
    'an hour in the future': signedRequest({ id, body, secret, sentAt: now + HOUR }),
    'unsigned and longer than 2 MB': signedRequest({ id, body: body.padEnd(2_000_000) }),
  }
  return Object.entries(made).map(([label, request]) => ({ label, expected: 'refused', request }))
}

/** The body with other values. */
const changed = (body: string, changes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...(JSON.parse(body) as Readonly<Record<string, unknown>>), ...changes })

const changedData = (body: string, changes: Readonly<Record<string, unknown>>): string => {
  const { data } = JSON.parse(body) as { readonly data: Readonly<Record<string, unknown>> }
  return changed(body, { data: { ...data, ...changes } })
}

/** Genuine deliveries that are no session events, or none that can be read. */
const unreadable = (options: HostileDeliveriesOptions): HostileDelivery[] => {
  const { body, secret, now = Date.now() } = options
  const bodies: ReadonlyArray<readonly [string, DeliveryClass, string]> = [
    ['of another type', 'ignored', changed(body, { type: 'user.updated' })],
    ['of a later type of session event', 'quarantined', changed(body, { type: 'session.moved' })],
    ['without data', 'quarantined', changed(body, { data: undefined })],
    ['with a number as the id of the session', 'quarantined', changedData(body, { id: 7 })],
    ['with an unknown status', 'quarantined', changedData(body, { status: 'asleep' })],
    ['cut in the middle', 'quarantined', body.slice(0, body.length / 2)],
    ['without a body', 'quarantined', ''],
    ['that is an array', 'quarantined', `[${body}]`],
  ]
  return bodies.map(([label, expected, text], index) => {
    const id = `${options.id}_unreadable_${index}`
    return { label, expected, request: signedRequest({ id, body: text, secret, sentAt: now }) }
  })
}

/**
 * Deliveries that a receiver must refuse, ignore or put aside, each with the class of answer that is expected.
 *
 * @example
 * import { exampleBodies, hostileDeliveries } from 'clientfold/testing'
 * const secret = 'whsec_C2FVsBQIhrscChlQIBHh9jzUhDjvHGVF'
 * const hostile = hostileDeliveries({ id: 'msg_1', body: exampleBodies[0] ?? '', secret })
 * hostile.filter(({ expected }) => expected === 'refused').length // => 9
 */
export const hostileDeliveries = (
  options: HostileDeliveriesOptions,
): ReadonlyArray<HostileDelivery> => {
  const { secret } = options
  return [...(secret === undefined ? [] : forged({ ...options, secret })), ...unreadable(options)]
}

/** Whether a status of HTTP is an answer of a class. */
export const isAnswerOf = (expected: DeliveryClass, status: number): boolean => {
  const isAcknowledged = status >= 200 && status < 300
  const isRefused = status >= 400 && status < 500
  switch (expected) {
    case 'refused':
      return isRefused
    case 'quarantined':
      return isAcknowledged || isRefused
    default:
      return isAcknowledged
  }
}
