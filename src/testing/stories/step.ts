/** What a step of a story says about a session, or, for `observed`, about a whole client. */
export const CHANGES = ['created', 'pending', 'ended', 'revoked', 'removed', 'observed'] as const

/** What a step of a story says. */
export type Change = (typeof CHANGES)[number]

/**
 * How the payload of a step is written. `plain` has every documented key. The others differ in one point:
 * times in seconds, the keys of 2022, a `user` with personal data, keys that this version does not know, an
 * impersonated user, and texts beyond ASCII.
 */
export const FORMS = [
  'plain',
  'seconds',
  'of-2022',
  'user',
  'unknown-keys',
  'actor',
  'unicode',
] as const

/** How the payload of a step is written. */
export type Form = (typeof FORMS)[number]

/**
 * What comes after a delivery, in the law about interruptions. `none`: the answer is awaited. Three do not wait
 * for it: with `delivery` the next one is sent, with `read` the Client is read, with `crash` the subject ends and
 * begins again. With `restart` it does so after the answer. With `days` three days pass after the answer, and the
 * Client is read.
 */
export const INTERRUPTIONS = ['none', 'delivery', 'read', 'crash', 'restart', 'days'] as const

/** What comes after a delivery, in the law about interruptions. */
export type Interruption = (typeof INTERRUPTIONS)[number]

/**
 * One step of a story: what is said about a session, when, in which form, and how it is delivered. Any list
 * of steps is a story, so that a test that fails can leave out any step.
 */
export interface StoryStep {
  readonly change: Change
  /** The number of the client, from 0. */
  readonly client: number
  /** The number of the session within its client, from 0. */
  readonly session: number
  /** The number of the user, from 0. The first step of a session decides whose it is. */
  readonly user: number
  /** Minutes since the step before; 0 makes a tie. */
  readonly minutes: number
  /** Minutes from the change to the `timestamp` of the event. */
  readonly saidMinutes: number
  /** Minutes from `last_active_at` to the change. */
  readonly idleMinutes: number
  /** Days from the first day of the story to `expire_at`. */
  readonly expiryDays: number
  /** Days from the first day of the story to `abandon_at`. */
  readonly abandonDays: number
  /** For each delivery, how many steps late it comes. No delivery: it is lost. */
  readonly delays: ReadonlyArray<number>
  readonly form: Form
  readonly interruption: Interruption
  /** How many turns of the event loop pass before an interruption that does not wait for the answer. */
  readonly turns: number
}

/** A step with nothing unusual about it. */
export const PLAIN_STEP: StoryStep = {
  change: 'created',
  client: 0,
  session: 0,
  user: 0,
  minutes: 0,
  saidMinutes: 0,
  idleMinutes: 0,
  expiryDays: 7,
  abandonDays: 30,
  delays: [0],
  form: 'plain',
  interruption: 'none',
  turns: 0,
}
