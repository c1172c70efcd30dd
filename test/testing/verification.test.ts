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

  it('the report names the fewest lines of the log that break a law', () => {
    const forgetsRemovals: FoldSubject<ClientState> = {
      ...clientfoldSubject,
      evolve: (state, event) =>
        event.type === 'session.removed' ? state : clientfoldSubject.evolve(state, event),
    }
    const verification = startVerificationOf(forgetsRemovals)
    log.forEach((event, index) => {
      verification.addAt(event, { source: 'log', line: index + 1 })
    })
    const name = 'folding all events at once equals evolving event by event'
    const law = verification.report().find((report) => report.name === name)
    expect(law?.brokenBy.length).toBeGreaterThan(0)
    expect(law?.smallest.length).toBe(1)
    expect(log[law!.smallest[0]!.line - 1]?.type).toBe('session.removed')
    expect(law?.smallest[0]?.source).toBe('log')
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
