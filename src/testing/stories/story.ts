import type { SessionStatus } from '../../events/session.js'
import { STATUS_AFTER } from '../session-life.js'
import type { Change, Form, StoryStep } from './step.js'

const MINUTE = 60_000
const DAY = 86_400_000

/** 1 June 2026, 00:00 UTC, in epoch milliseconds: the first day of a story. */
export const FIRST_DAY = 1_780_272_000_000

/** The hour of the first day at which every story begins. */
const FIRST_MINUTES = 8 * 60

/** A session as one event of a story describes it. Times are epoch milliseconds. */
export interface StorySession {
  readonly id: string
  readonly userId: string
  readonly clientId: string
  readonly status: SessionStatus
  readonly createdAt: number
  readonly updatedAt: number
  readonly lastActiveAt: number
  readonly expireAt: number
  readonly abandonAt: number
}

/** What a step says, with its names and times. */
export interface StoryEvent {
  /** The id of its deliveries: `msg_1` for the first step. */
  readonly id: string
  readonly change: Change
  readonly form: Form
  readonly clientId: string
  readonly session: StorySession
  /** The sessions of the client as its last steps describe them, in order of their first steps. */
  readonly known: ReadonlyArray<StorySession>
  /** When it happened, in epoch milliseconds. */
  readonly at: number
  /** When it was said, in epoch milliseconds. */
  readonly saidAt: number
}

/** What happened to the sessions of a few clients, and how it was delivered. */
export interface Story {
  readonly steps: ReadonlyArray<StoryStep>
  /** One event for each step. */
  readonly events: ReadonlyArray<StoryEvent>
  /** The places in `events` of what is delivered, in the order of the deliveries. */
  readonly deliveries: ReadonlyArray<number>
  /** The ids of the clients of events that are delivered. */
  readonly clientIds: ReadonlyArray<string>
  /** The first moment of the first day, in epoch milliseconds. */
  readonly firstDay: number
}

/** An observation says nothing new about a session that is known. */
const statusOf = (change: Change, before: StorySession | undefined): SessionStatus =>
  change === 'observed' ? (before?.status ?? 'active') : STATUS_AFTER[`session.${change}`]

const USER_IDS = ['user_ada', 'user_grace', 'user_mei'] as const
const SESSIONS_OF_A_CLIENT = 3

const eventsOf = (steps: ReadonlyArray<StoryStep>, firstDay: number): ReadonlyArray<StoryEvent> => {
  const sessions = new Map<string, StorySession>()
  let at = firstDay + FIRST_MINUTES * MINUTE
  return steps.map((step, index) => {
    at += index === 0 ? 0 : step.minutes * MINUTE
    const id = `sess_${step.client * SESSIONS_OF_A_CLIENT + step.session + 1}`
    const before = sessions.get(id)
    const clientId = `client_${step.client + 1}`
    const session: StorySession = {
      id,
      clientId,
      userId: before?.userId ?? USER_IDS[step.user] ?? USER_IDS[0],
      status: statusOf(step.change, before),
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
      lastActiveAt: at - step.idleMinutes * MINUTE,
      expireAt: firstDay + step.expiryDays * DAY,
      abandonAt: firstDay + step.abandonDays * DAY,
    }
    sessions.set(id, session)
    return {
      id: `msg_${index + 1}`,
      change: step.change,
      form: step.form,
      clientId,
      session,
      known: [...sessions.values()].filter((each) => each.clientId === clientId),
      at,
      // The payloads of 2022 do not say when they were said.
      saidAt: step.form === 'of-2022' ? at : at + step.saidMinutes * MINUTE,
    }
  })
}

/** A late delivery comes after the one that is due at the same step in time. */
const deliveriesOf = (steps: ReadonlyArray<StoryStep>): ReadonlyArray<number> =>
  steps
    .flatMap(({ delays }, place) =>
      delays.map((delay) => ({ place, due: place + delay + (delay > 0 ? 0.5 : 0) })),
    )
    .sort((left, right) => left.due - right.due)
    .map(({ place }) => place)

/** The story that steps tell. */
export const storyOf = (steps: ReadonlyArray<StoryStep>, firstDay = FIRST_DAY): Story => {
  const events = eventsOf(steps, firstDay)
  const deliveries = deliveriesOf(steps)
  const clientIds = [...new Set(deliveries.flatMap((place) => events[place]?.clientId ?? []))]
  return { steps, events, deliveries, clientIds, firstDay }
}
