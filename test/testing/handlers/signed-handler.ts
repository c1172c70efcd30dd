import { createHmac } from 'node:crypto'
import type { DeliveryRequest, Subject } from '../../../src/testing/index.js'
import { SESSION_EVENT_TYPES } from '../../../src/events/client-event.js'
import { handlerOf, STAGES } from './plain-handler.js'

export const SECRET = 'whsec_C2FVsBQIhrscChlQIBHh9jzUhDjvHGVF'

/** The rules of a receiver, each of which can be wrong on its own. */
interface SignedRules {
  readonly isSigned: (request: DeliveryRequest) => boolean
  readonly toleranceSeconds: number
  /** The status of an answer to what is genuine and cannot be read. */
  readonly unreadable: number
}

const isSigned = ({ headers, body }: DeliveryRequest): boolean => {
  const text = `${headers['svix-id'] ?? ''}.${headers['svix-timestamp'] ?? ''}.${body}`
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(text).digest('base64')
  return headers['svix-signature'] === `v1,${signature}`
}

type Reading = 'event' | 'ignored' | 'unreadable'

const readingOf = (body: string): Reading => {
  try {
    const { type, data } = JSON.parse(body) as {
      readonly type?: string
      readonly data?: { readonly id?: unknown; readonly status: string }
    }
    if (type?.startsWith('session.') === false) return 'ignored'
    const isKnown = (SESSION_EVENT_TYPES as ReadonlyArray<string | undefined>).includes(type)
    const isSession = typeof data?.id === 'string' && data.status in STAGES
    return isKnown && isSession ? 'event' : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/** A handler that verifies signatures, with some rules changed. */
export const signedHandler = (changes: Partial<SignedRules> = {}): Subject => {
  const rules = { isSigned, toleranceSeconds: 300, unreadable: 202, ...changes }
  const subject = handlerOf()
  return {
    ...subject,
    secret: SECRET,
    deliver: async (request) => {
      const age = Math.abs(Date.now() / 1000 - Number(request.headers['svix-timestamp']))
      if (!rules.isSigned(request)) return { status: 401 }
      if (age > rules.toleranceSeconds) return { status: 400 }
      const reading = readingOf(request.body)
      if (reading === 'unreadable') return { status: rules.unreadable }
      if (reading === 'event') await subject.deliver(request)
      return { status: 200 }
    },
  }
}
