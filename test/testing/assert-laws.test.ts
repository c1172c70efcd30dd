import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { createHandler } from '../../src/http/handler.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { assertLaws, checkLaws, fetchSubject, type Subject } from '../../src/testing/index.js'
import { SUBJECT_LAWS } from '../../src/testing/subject-laws/subject-laws.js'
import { LAW_MATRIX } from './handlers/law-matrix.js'
import { CORRECT, handlerOf, ranks, type Row } from './handlers/plain-handler.js'
import { SECRET, signedHandler } from './handlers/signed-handler.js'
import { queueingHandler } from './handlers/stored-handler.js'
import { WRONG_HANDLERS } from './handlers/wrong-handlers.js'

/** A busy machine must not cut off the stories. */
const PATIENT = { maxSeconds: 60 }

/** This package's own handler of requests, in memory. */
const ownHandler = (): Subject => {
  const clients = openClients({ store: openMemoryStore() })
  return fetchSubject({
    fetch: createHandler({ clients, signingSecrets: SECRET, secretKey: 'sk_test' }).fetch,
    url: 'http://localhost/webhooks/clerk',
    secret: SECRET,
    read: 'http://localhost/v1/clients/{id}?at={at}',
    headers: { authorization: 'Bearer sk_test' },
  })
}

const namesOf = (laws: ReadonlyArray<{ readonly name: string }>): ReadonlyArray<string> =>
  laws.map(({ name }) => name)

const wrong = (name: string): Subject => {
  const make = WRONG_HANDLERS[name]
  if (make === undefined) throw new Error(`no wrong handler has this name: ${name}`)
  return make()
}

describe('assertLaws', () => {
  it.each([
    { name: 'a handler in memory', make: handlerOf },
    { name: 'a handler that queues deliveries', make: queueingHandler },
    { name: 'a handler that verifies signatures', make: signedHandler },
    { name: 'the handler of this package', make: ownHandler },
  ])('$name, which is correct, breaks no law', async ({ make }) => {
    await assertLaws(make(), { ...PATIENT, seed: 1, numRuns: 30 })
  })

  it('every law holds for the handler of this package, except that nothing restarts it', async () => {
    const { held } = await checkLaws(ownHandler(), { ...PATIENT, seed: 2, numRuns: 20 })
    const names = namesOf(SUBJECT_LAWS).filter((name) => !name.includes('restart'))
    expect([...held].sort()).toEqual([...names].sort())
  })

  it('another deterministic rule for ties breaks one law only, which can be left out', async () => {
    const byText = ({ session }: Row): string => JSON.stringify(session)
    const other = (): Subject =>
      handlerOf({
        isNewer: (present, next) => {
          const isTie = (['stage', 'updated', 'said'] as const).every(
            (rank) => ranks[rank](present) === ranks[rank](next),
          )
          return isTie ? byText(present) > byText(next) : CORRECT.isNewer(present, next)
        },
      })
    const documented = 'a Client equals the documented one'
    const { broken } = await checkLaws(other(), { ...PATIENT, seed: 1 })
    expect(namesOf(broken)).toEqual([documented])
    await assertLaws(other(), { ...PATIENT, seed: 1, except: [documented] })
  })

  it('a report says what happened, why it matters, what differs, and how to repeat it', async () => {
    const subject = wrong('revives removed sessions')
    await expect(assertLaws(subject, { ...PATIENT, seed: 1 })).rejects.toThrow(
      /BROKEN: a removed session is never listed\nRemoval is final .*\nWhat happened:\n(?=.*session\.removed|.*\n.*session\.removed) {2}msg_1 {2}day 1 08:00 {2}session\.\w+ {2}sess_\d of user_ada.*\n {2}msg_2 {2}.*\nDelivered: msg_\d, msg_\d\n {2}sess_\d: expected not listed, got active\nawait assertLaws\(subject, \{ seed: 1, path: '[\d:]+' \}\)/,
    )
  })

  it('the path of a report repeats the same story', async () => {
    const { broken } = await checkLaws(wrong('loses ties'), { ...PATIENT, seed: 3 })
    const first = broken[0]!
    const again = await checkLaws(wrong('loses ties'), { ...PATIENT, seed: 3, path: first.path! })
    const same = again.broken.find(({ name }) => name === first.name)
    expect(same?.story.steps).toEqual(first.story.steps)
  })

  it('a subject that answers everything with 4xx is no broken law, but a broken harness', async () => {
    const subject = { deliver: () => ({ status: 401 }), read: () => null }
    await expect(checkLaws(subject, { ...PATIENT, seed: 1 })).rejects.toThrow(
      'the harness is broken, not a law',
    )
  })

  it('a subject without read is checked for its answers only, and the report says so', async () => {
    const { deliver, secret } = signedHandler()
    const { held, notMeasured } = await checkLaws(
      { deliver, secret },
      { ...PATIENT, seed: 1, numRuns: 30 },
    )
    expect(held).toContain('every genuine delivery is acknowledged')
    expect(held).toContain('a forged or stale delivery is refused, and changes nothing')
    expect(notMeasured).toContain('a removed session is never listed: the subject has no read')
  })

  it('a report names the interesting states that no story had', async () => {
    const { notMeasured, text } = await checkLaws(handlerOf(), { ...PATIENT, seed: 1, numRuns: 1 })
    expect(notMeasured.some((line) => line.endsWith('no story had it; raise numRuns'))).toBe(true)
    expect(text).toContain('not measured: ')
    const many = await checkLaws(queueingHandler(), { ...PATIENT, seed: 1 })
    expect(many.notMeasured.filter((line) => line.includes('no story'))).toEqual([])
  })

  it.each([
    { name: 'answers synchronously', make: handlerOf, state: 'two deliveries in flight' },
    { name: 'has no restart', make: handlerOf, state: 'a crash while a delivery is in flight' },
    { name: 'has no restart', make: handlerOf, state: 'a restart between an answer and a read' },
    {
      name: 'reads by the clock of the system',
      make: (): Subject => ({ ...queueingHandler(), clock: 'now' }),
      state: 'days between an answer and a read',
    },
  ])('for a subject that $name, a report says not measured: $state', async ({ make, state }) => {
    const { notMeasured } = await checkLaws(make(), { ...PATIENT, seed: 1, numRuns: 60 })
    expect(notMeasured.filter((line) => line.startsWith(`${state}: `))).toHaveLength(1)
  })

  it('a subject that cannot be restarted is no broken law, but an error with its cause', async () => {
    const cause = new Error('no such file')
    const restart = (): never => {
      throw cause
    }
    const check = checkLaws({ ...queueingHandler(), restart }, { ...PATIENT, seed: 1 })
    await expect(check).rejects.toThrow('The subject could not be checked')
    await expect(check).rejects.toMatchObject({ cause })
  })

  it('a subject is opened once and closed once, also if it cannot be tested', async () => {
    const calls: string[] = []
    const subject = {
      ...{ open: () => calls.push('open'), close: () => calls.push('close') },
      deliver: () => ({ status: 404 }),
    }
    await expect(checkLaws(subject, { ...PATIENT, seed: 1 })).rejects.toThrow('harness')
    expect(calls).toEqual(['open', 'close'])
  })

  it('a subject that reads by the clock of the system is tested with stories of yesterday', async () => {
    const subject = handlerOf()
    const now: Subject = {
      ...subject,
      read: (clientId) => subject.read?.(clientId, Date.now()),
      clock: 'now',
    }
    const { broken, notMeasured } = await checkLaws(now, { ...PATIENT, seed: 1, numRuns: 60 })
    expect(broken).toEqual([])
    expect(notMeasured.some((line) => line.startsWith('a session reads expired'))).toBe(true)
  })
})

describe('the registry of wrong handlers', () => {
  it('the matrix has every wrong handler, and every law finds one of them', () => {
    expect(Object.keys(LAW_MATRIX).sort()).toEqual(Object.keys(WRONG_HANDLERS).sort())
    const finding = new Set(Object.values(LAW_MATRIX).flat())
    expect([...finding].sort()).toEqual([...namesOf(SUBJECT_LAWS)].sort())
  })

  // The slow test tries every wrong handler with 20 seeds.
  it.each([
    { name: 'takes ended for removed' },
    { name: 'ignores revoked' },
    { name: 'overwrites what came at the same moment' },
    { name: 'remembers 1,000 deliveries' },
  ])('a handler that $name is found by the laws of the matrix', async ({ name }) => {
    const { broken } = await checkLaws(wrong(name), { ...PATIENT, seed: 1 })
    expect([...namesOf(broken)].sort()).toEqual([...(LAW_MATRIX[name] ?? [])].sort())
  })
})
