import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientState } from '../../src/domain/client-state.js'
import {
  arbitraryLawSample,
  brokenLaws,
  clientfoldSubject,
  foldLaws,
  type FoldSubject,
} from '../../src/testing/index.js'

describe('the laws of the fold', () => {
  it.each(foldLaws)('$name', ({ holds }) => {
    fc.assert(fc.property(arbitraryLawSample(), (sample) => holds(clientfoldSubject, sample)))
  })
})

/** Folds that somebody might write, and the law by which each is found out. */
const wrongSubjects: ReadonlyArray<{
  readonly mistake: string
  readonly subject: FoldSubject<ClientState>
  readonly finds: string
}> = [
  {
    mistake: 'the last delivery wins',
    subject: {
      ...clientfoldSubject,
      fold: (events) => clientfoldSubject.fold(events.slice(-1)),
    },
    finds: 'neither order nor duplicates of deliveries change the state',
  },
  {
    mistake: 'joining keeps the left side',
    subject: { ...clientfoldSubject, concat: (left) => left },
    finds: 'joining is commutative',
  },
  {
    mistake: 'joining forgets what the initial state cannot hold',
    subject: { ...clientfoldSubject, concat: (_left, right) => right },
    finds: 'joining with the initial state changes nothing',
  },
  {
    mistake: 'events that change nothing are counted',
    subject: {
      ...clientfoldSubject,
      toClient: (state, options) => {
        const client = clientfoldSubject.toClient(state, options)
        return client && { ...client, sessions: [...client.sessions].reverse() }
      },
    },
    finds: 'session_ids names the sessions, in their order',
  },
  {
    mistake: 'a clock that stops',
    subject: {
      ...clientfoldSubject,
      toClient: (state, { at }) =>
        clientfoldSubject.toClient(state, at !== undefined && at > 1_717_000_000_000 ? {} : { at }),
    },
    finds: 'what is expired at a moment is expired at every later one',
  },
]

describe('the laws find a wrong fold', () => {
  it.each(wrongSubjects)('$mistake', ({ subject, finds }) => {
    const broken = fc
      .sample(arbitraryLawSample(), { numRuns: 200, seed: 1 })
      .flatMap((sample) => brokenLaws(subject, sample))
    expect(broken).toContain(finds)
  })
})
