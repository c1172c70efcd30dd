import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { ClientState } from '../../src/domain/state.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { clientfoldSubject, type FoldSubject } from '../../src/testing/index.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { startVerification, startVerificationOf } from '../../src/testing/verification.js'

const log: ReadonlyArray<ClientEvent> = Array.from(
  generateLog({ events: 3000, clients: 4, seed: 1, shape: 'slim' }),
  (line) => {
    const event = parseEvent(line)
    if (E.isLeft(event)) throw new Error('a generated line was refused')
    return event.right
  },
)

const brokenBy = (subject: FoldSubject<ClientState>): ReadonlyArray<string> => {
  const verification = startVerificationOf(subject)
  log.forEach(verification.add)
  return verification
    .report()
    .filter((law) => law.brokenBy.length > 0)
    .map(({ name }) => name)
}

describe('startVerification', () => {
  it('the fold of this package breaks no law, and every law is tried', () => {
    const verification = startVerification()
    log.forEach(verification.add)
    const reports = verification.report()
    expect(reports.length).toBeGreaterThan(20)
    expect(reports.every(({ samples }) => samples > 0)).toBe(true)
    expect(reports.filter((law) => law.brokenBy.length > 0)).toEqual([])
    expect(verification.clientCount()).toBe(4)
  })

  it('the report names the law that a fold breaks', () => {
    const subject: FoldSubject<ClientState> = { ...clientfoldSubject, concat: (left) => left }
    expect(brokenBy(subject)).toContain('joining is commutative')
  })

  it('the report finds a defect that shows only in clients with many sessions', () => {
    const subject: FoldSubject<ClientState> = {
      ...clientfoldSubject,
      toClient: (state, options) => {
        const client = clientfoldSubject.toClient(state, options)
        return client && client.sessions.length > 60 ? { ...client, updated_at: 0 } : client
      },
    }
    expect(brokenBy(subject)).toEqual(['a Client was updated no earlier than its sessions'])
  })
})
