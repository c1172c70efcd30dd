import fc from 'fast-check'
import { CHANGES, FORMS, INTERRUPTIONS, type StoryStep } from './step.js'
import { storyOf, type Story } from './story.js'
import { storyText } from './story-text.js'

/** Limits for generated stories. */
export interface StoryConstraints {
  /** How many clients a story may have, 1 to 3; 2 unless given. */
  readonly clients?: 1 | 2 | 3 | undefined
  /** The most steps of a story; 8 unless given. */
  readonly maxLength?: number | undefined
  /** Whether clients are observed too, which no webhook of Clerk does; false unless given. */
  readonly observations?: boolean | undefined
  /** The first moment of the first day, in epoch milliseconds; 1 June 2026 unless given. */
  readonly firstDay?: number | undefined
}

/** The first value is the simplest one: a test that fails shrinks towards it. */
const often = <A>(simple: A, ...others: ReadonlyArray<A>): fc.Arbitrary<A> =>
  fc.constantFrom(simple, simple, ...others)

/** A third of the steps are delivered once and in time; one in nineteen is lost. */
const DELAYS: ReadonlyArray<ReadonlyArray<number>> = [
  ...[[0], [0], [0], [0], [0], [0]],
  ...[[1], [1], [1], [2], [2], [2], [4]],
  ...[
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 4],
  ],
  [],
]

const arbitraryStep = ({
  clients = 2,
  observations = false,
}: StoryConstraints): fc.Arbitrary<StoryStep> => {
  const changes = CHANGES.filter((change) => observations || change !== 'observed')
  return fc.record({
    change: fc.constantFrom('created', 'created', 'created', 'removed', ...changes),
    client: fc.constantFrom(0, 0, ...Array.from({ length: clients }, (_, client) => client)),
    session: fc.constantFrom(0, 0, 0, 0, 1, 2),
    user: fc.constantFrom(0, 0, 1, 2),
    minutes: fc.constantFrom(0, 0, 0, 1, 60),
    saidMinutes: often(0, 1),
    idleMinutes: often(0, 30, 120),
    expiryDays: fc.constantFrom(7, 3, 30),
    abandonDays: fc.constantFrom(30, 3),
    delays: fc.constantFrom<ReadonlyArray<number>>(...DELAYS),
    form: fc.constantFrom('plain', 'plain', ...FORMS),
    interruption: fc.constantFrom('none', 'delivery', 'delivery', ...INTERRUPTIONS),
    turns: fc.constantFrom(0, 0, 1, 2, 3, 5),
  })
}

/** The text that a person reads when a property fails. */
const withText = (story: Story): Story =>
  Object.defineProperty({ ...story }, fc.toStringMethod, { value: () => `\n${storyText(story)}` })

/**
 * What happens to the sessions of a few clients, and how it is delivered: late, repeated, lost. A user may
 * have several clients and a client several users; times tie; expiry and activity move; some payloads are in
 * seconds, carry a `user`, unknown keys, an actor, or texts beyond ASCII. Ids follow content: a delivery id
 * never has two contents.
 *
 * A story is one array of steps, so that a test that fails shrinks to few events and few deliveries.
 *
 * @example
 * import fc from 'fast-check'
 * import { fold, parseEvent } from 'clientfold'
 * import { arbitraryStory, storyBodies } from 'clientfold/testing'
 * fc.assert(
 *   fc.property(arbitraryStory({ clients: 1 }), (story) =>
 *     storyBodies(story).map(parseEvent).every(({ _tag }) => _tag === 'Right'),
 *   ),
 * )
 */
export const arbitraryStory = (constraints: StoryConstraints = {}): fc.Arbitrary<Story> => {
  const { maxLength = 8, firstDay } = constraints
  // A step that is left out is the simplest step: so shrinking can leave out any of them.
  const step = fc.option(arbitraryStep(constraints), { freq: 12 })
  return fc.array(step, { maxLength, minLength: 1, size: 'max' }).map((steps) =>
    withText(
      storyOf(
        steps.filter((each) => each !== null),
        firstDay,
      ),
    ),
  )
}
