import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { clientIdOf } from '../../events/client-event.js'
import type { EventStore } from '../../event-store/event-store.js'
import { collect, textsOf, withStore } from './checks.js'
import { ERASED_CLIENT, RaceRecord } from './race-record.js'
import { sampleEvent } from './sample-events.js'
import { samplingOf } from './sampling.js'
import { scheduledStore } from './scheduled-store.js'
import type { StoreCase, StoreCaseOptions, StoreHarness } from './store-case.js'

const RUNS = 24

/** The next call of a racer. */
type Step =
  | { readonly type: 'contend'; readonly clientId: string; readonly size: number }
  | { readonly type: 'append' | 'record'; readonly deliveries: ReadonlyArray<number> }
  | { readonly type: 'read'; readonly clientId: string }
  | { readonly type: 'readAll' | 'erase' }

type Racer = ReadonlyArray<Step>

const CLIENT_IDS = ['client_1', ERASED_CLIENT, 'client_3']

/** Deliveries that several racers send, each of one client. */
const deliveryOf = (n: number) =>
  sampleEvent(n, { id: `msg_${n}`, clientId: CLIENT_IDS[n % CLIENT_IDS.length] ?? '' })

const clientIds = fc.constantFrom('client_1', 'client_1', ERASED_CLIENT)
const deliveries = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 })

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('contend' as const),
      clientId: clientIds,
      size: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('append' as const, 'record' as const),
      deliveries,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('read' as const), clientId: clientIds }) },
  { weight: 2, arbitrary: fc.constant({ type: 'readAll' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'erase' as const }) },
)

const racers = fc.array(fc.array(arbitraryStep, { minLength: 1, maxLength: 5 }), {
  minLength: 2,
  maxLength: 5,
})

const isOther = (clientId: string): boolean => clientId !== ERASED_CLIENT

const contend = async (
  store: EventStore,
  record: RaceRecord,
  { clientId, size }: Extract<Step, { readonly type: 'contend' }>,
  name: string,
): Promise<void> => {
  const expected = (await store.readClient(clientId)).length
  const events = Array.from({ length: size }, (_, part) =>
    sampleEvent(part, { clientId, id: `${name}_${part}` }),
  )
  const wasErased = record.isErased
  const answer = await store.append(clientId, events, expected)
  if (wasErased && clientId === ERASED_CLIENT) {
    assert.deepEqual(answer, E.left({ _tag: 'Erased', what: 'client' }))
  }
  record.addContention(clientId, textsOf(events), expected, answer)
}

/** All racers send the same event under an id, so only an erasure can be in the way. */
const deliver = async (
  store: EventStore,
  record: RaceRecord,
  step: Extract<Step, { readonly deliveries: unknown }>,
): Promise<void> => {
  const events = step.deliveries.map(deliveryOf)
  if (step.type === 'record') {
    const outcomes = await store.record(events)
    for (const [index, event] of events.entries()) {
      const outcome = outcomes[index]
      const isKept = isOther(clientIdOf(event))
      if (isKept) record.addPromised([event])
      if (outcome?._tag === 'Recorded') {
        record.addRecorded([outcome.recorded])
        assert.deepEqual(textsOf([outcome.recorded]), textsOf([event]))
      } else if (outcome?._tag !== 'Duplicate') {
        assert.deepEqual([outcome?._tag, isKept], ['Erased', false])
      }
    }
    return
  }
  const [first] = events
  assert(first !== undefined)
  const clientId = clientIdOf(first)
  const own = events.filter((event) => clientIdOf(event) === clientId)
  const answer = await store.append(clientId, own, 'any')
  if (isOther(clientId)) record.addPromised(own)
  if (E.isRight(answer)) record.addRecorded(answer.right.recorded)
  else assert.deepEqual([answer.left._tag, clientId], ['Erased', ERASED_CLIENT])
}

const runStep = async (
  store: EventStore,
  record: RaceRecord,
  step: Step,
  name: string,
): Promise<void> => {
  const acknowledged = record.soFar().filter(({ event }) => isOther(clientIdOf(event)))
  switch (step.type) {
    case 'contend':
      return contend(store, record, step, name)
    case 'append':
    case 'record':
      return deliver(store, record, step)
    case 'read': {
      const { clientId } = step
      const own = acknowledged.filter(({ event }) => clientIdOf(event) === clientId)
      record.checkReading(await store.readClient(clientId), own)
      return
    }
    case 'readAll':
      record.checkReading(await collect(store.readAll()), acknowledged)
      return
    case 'erase':
      await store.eraseClient(ERASED_CLIENT)
      record.setErased()
  }
}

const race = async (
  scheduler: fc.Scheduler,
  handles: ReadonlyArray<EventStore>,
  racersOfRace: ReadonlyArray<Racer>,
): Promise<void> => {
  const record = new RaceRecord()
  const stores = handles.map((handle) => scheduledStore(handle, scheduler))
  const running = racersOfRace.map(async (steps, place) => {
    const store = stores[place % stores.length]
    assert(store !== undefined)
    for (const [turn, step] of steps.entries())
      await runStep(store, record, step, `${place}_${turn}`)
  })
  await scheduler.waitFor(Promise.all(running))
  for (const handle of handles) await record.checkEnd(handle)
}

const runRaces = (
  harness: StoreHarness,
  options: StoreCaseOptions | undefined,
  withHandles: (work: (handles: ReadonlyArray<EventStore>) => Promise<void>) => Promise<void>,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), racers, async (scheduler, racersOfRace) => {
      await harness.renew()
      await withHandles((handles) => race(scheduler, handles, racersOfRace))
    }),
    samplingOf(options, RUNS),
  )

/** The cases for calls that run at the same time, in any order. */
export const racingCases: ReadonlyArray<StoreCase> = [
  {
    name: 'of several appends that expect the same revision, one wins: in any order of calls and answers',
    needs: 'one-handle',
    run: (harness, options) =>
      runRaces(harness, options, (work) => withStore(harness, (store) => work([store]))),
  },
  {
    name: 'of several appends that expect the same revision, one wins: in any order, through several handles',
    needs: 'several-handles',
    run: (harness, options) =>
      runRaces(harness, options, (work) =>
        withStore(harness, (first) => withStore(harness, (second) => work([first, second]))),
      ),
  },
]
