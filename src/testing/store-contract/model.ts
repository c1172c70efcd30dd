import fc from 'fast-check'
import type { ClientEvent, SessionEvent } from '../../events/client-event.js'
import type { ExpectedRevision } from '../../event-store/event-store.js'
import type { QuarantinedDelivery } from '../../event-store/quarantine.js'
import { ModelLog } from './model-log.js'
import { AFTER_ALL_ERASURES, sampleEvent, sampleObservation } from './sample-events.js'
import { samplingOf } from './sampling.js'
import type { StoreCase, StoreCaseOptions, StoreHarness } from './store-case.js'
import {
  BODIES,
  append,
  record,
  erase,
  compact,
  forget,
  keep,
  remove,
  schedule,
  callOff,
  read,
  reopen,
  type Command,
  type Model,
} from './model-commands.js'

/** How many sequences of calls each case tries. */
const RUNS = 40

/** When the first events were recorded, and when the first sessions expire. */
const RECORDED = sampleEvent(1).data.updated_at
const EXPIRED = sampleEvent(1).data.expire_at

const clientIds = fc.constantFrom('client_1', 'client_2', 'client_3')

/** The event with a session that no forgetting of this model finds over. */
const lasting = (event: SessionEvent): SessionEvent => ({
  ...event,
  data: { ...event.data, expire_at: AFTER_ALL_ERASURES, abandon_at: AFTER_ALL_ERASURES },
})

const userIds = fc.constantFrom('user_0', 'user_1')

/**
 * Few ids and few contents, so that duplicates and conflicts are frequent. Some events lack `timestamp`, as
 * older versions of Clerk's SDK parse them.
 */
const eventOf = (clientId: string): fc.Arbitrary<ClientEvent> =>
  fc
    .tuple(
      fc.constantFrom('msg_1', 'msg_2', 'msg_3', 'msg_4', 'msg_5'),
      fc.nat({ max: 2 }),
      fc.boolean(),
      fc.constantFrom('early', 'early', 'late', 'observed'),
      fc.nat({ max: 2 }),
    )
    .map(([id, n, isComplete, kind, later]) => {
      // Later ones of the same session, so that a compaction has something to drop.
      const sessionId = `sess_${n % 2}`
      const choice = { clientId, userId: `user_${n}`, id: `${id}_${clientId}`, sessionId }
      const late = { ...choice, sessionId: `sess_late_${n}`, createdAt: AFTER_ALL_ERASURES }
      const event =
        kind === 'observed'
          ? sampleObservation(
              clientId,
              [
                sampleEvent(0, { clientId, userId: 'user_0' }).data,
                lasting(sampleEvent(n, late)).data,
              ],
              choice.id,
            )
          : kind === 'late'
            ? lasting(sampleEvent(n, late))
            : sampleEvent(n, choice)
      const { timestamp: _timestamp, ...parsed } = event
      // Not the clock of the store: which events are needed can depend on it.
      const recorded = { recorded_at: RECORDED + later }
      return { ...(isComplete ? event : parsed), ...recorded }
    })

const expectations: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom<ExpectedRevision>('any', 'no-stream', 'stream-exists'),
  fc.nat({ max: 4 }),
)

const deliveryIds = fc.constantFrom('msg_1', 'msg_2', 'msg_3')

const deliveries: fc.Arbitrary<QuarantinedDelivery> = fc
  .tuple(
    deliveryIds,
    fc.nat({ max: 2 }),
    fc.constantFrom('not JSON', ''),
    fc.constantFrom(...BODIES.map(({ body }) => body)),
  )
  .map(([id, receivedAt, reason, body]) => ({ id, receivedAt, reason, body }))

const appends = fc
  .tuple(
    clientIds.chain((id) => fc.array(eventOf(id), { minLength: 1, maxLength: 3 })),
    expectations,
  )
  .map(([events, expected]) => append(events, expected))
const records = fc.array(clientIds.chain(eventOf), { maxLength: 4 }).map(record)
const compactions = fc.constantFrom(RECORDED, RECORDED + 1, AFTER_ALL_ERASURES).map(compact)
const forgettings = fc.constantFrom(EXPIRED, EXPIRED + 1).map(forget)
const userErasures = fc.constantFrom('user_0', 'user_1').map((id) => erase('user', id))
/** Every call. */
const commandsWith = (others: ReadonlyArray<Command>): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(
    [
      appends,
      records,
      clientIds.map(read),
      deliveries.map(keep),
      deliveryIds.map(remove),
      ...others.map((command) => fc.constant(command)),
      fc.constantFrom('client_2', 'client_3').map((id) => erase('client', id)),
      userErasures,
      compactions,
      forgettings,
      fc.tuple(userIds, fc.nat({ max: 3 })).map(([id, dueAt]) => schedule(id, dueAt)),
      userIds.map(callOff),
    ],
    { maxCommands: 40 },
  )

/** Many events of few sessions, so that there is much to drop and to forget. */
const growingCommands = fc.commands(
  [
    fc.array(eventOf('client_1'), { minLength: 3, maxLength: 6 }).map(record),
    records,
    appends,
    compactions,
    forgettings,
    userErasures,
    clientIds.map(read),
  ],
  { maxCommands: 40, size: '+1' },
)

const runModel = (
  harness: StoreHarness,
  commands: fc.Arbitrary<Iterable<Command>>,
  options: StoreCaseOptions | undefined,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(commands, async (calls) => {
      await harness.renew()
      const real = { store: await harness.open() }
      try {
        const model: Model = { log: new ModelLog(), quarantined: [], dueTimes: new Map() }
        await fc.asyncModelRun(() => ({ model, real }), calls)
      } finally {
        await real.store.close()
      }
    }),
    // Commands have a path of their own: the sample is found again by the first number, and shrunk again.
    samplingOf({ ...options, path: options?.path?.split(':')[0] }, RUNS),
  )

/** The cases that compare a store with a plain model, after any commands. */
export const modelCases: ReadonlyArray<StoreCase> = [
  {
    name: 'a store answers as a plain model does, whatever the calls',
    needs: 'one-handle',
    run: (harness, options) => runModel(harness, commandsWith([]), options),
  },
  {
    name: 'a store answers as a plain model does, whatever the calls: also when it is opened again',
    needs: 'reopening',
    run: (harness, options) => runModel(harness, commandsWith([reopen(harness)]), options),
  },
  {
    name: 'a store answers as a plain model does, whatever the calls: also when it is compacted often',
    needs: 'one-handle',
    run: (harness, options) => runModel(harness, growingCommands, options),
  },
]
