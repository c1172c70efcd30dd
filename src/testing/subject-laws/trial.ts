import { randomBytes } from 'node:crypto'
import { payloadOf, type Naming } from '../stories/payload.js'
import { PLAIN_STEP } from '../stories/step.js'
import type { Story, StoryEvent } from '../stories/story.js'
import { signedRequest } from '../subjects/signed-request.js'
import type { DeliveryRequest, Subject } from '../subjects/subject.js'

const DAY = 86_400_000

/** How one delivery was answered. An exception counts as 500, and `reason` is its message. */
export interface Answer {
  readonly event: StoryEvent
  readonly status: number
  readonly reason?: string
}

/** A Client as it was read, with the ids of the story. */
export interface Reading {
  readonly clientId: string
  readonly client: unknown
}

/** What a subject did with the deliveries of a story, under ids of its own. */
export interface World {
  readonly nameOf: Naming
  readonly answers: ReadonlyArray<Answer>
  /** After each delivery, the Client that it is about: only if the manner says so. */
  readonly readings: ReadonlyArray<Reading>
  /** The Clients in the end, in the order of `story.clientIds`. */
  readonly clients: ReadonlyArray<Reading>
  readonly read: (clientId: string, at: number) => Promise<unknown>
}

/** Gives every world a name of its own, also if an earlier run used the same server. */
export const createWorldNames = (): (() => string) => {
  const prefix = randomBytes(4).toString('hex')
  let count = 0
  return () => `_w${prefix}${(count++).toString(36).padStart(5, '0')}`
}

/** The clock by which Clients are read: after every event of a story, and before any session expires. */
export const readingTimeOf = ({ firstDay, events }: Story): number =>
  Math.max(firstDay + DAY, events.at(-1)?.at ?? 0)

/** The delivery of an event of a story. */
export const requestOf = (
  event: StoryEvent,
  nameOf: Naming,
  secret: string | undefined,
): DeliveryRequest =>
  signedRequest({
    id: nameOf(event.id),
    body: JSON.stringify(payloadOf(event, nameOf)),
    secret,
  })

/** Delivers a request, and never rejects. */
export const deliver = async (
  subject: Pick<Subject, 'deliver'>,
  request: DeliveryRequest,
): Promise<{ readonly status: number; readonly reason?: string }> => {
  try {
    const answer = await subject.deliver(request)
    return { status: answer?.status ?? 200 }
  } catch (error) {
    return { status: 500, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Reads a Client with the ids of the story; what is thrown is read as an object that says so. */
export const readClient = async (
  subject: Subject,
  clientId: string,
  world: string,
  at: number,
): Promise<unknown> => {
  try {
    const client = await subject.read?.(clientId + world, at)
    const text = JSON.stringify(client ?? null)
    return JSON.parse(text.replaceAll(world, '')) as unknown
  } catch (error) {
    return { error: (error instanceof Error ? error.message : String(error)).replaceAll(world, '') }
  }
}

/** How the deliveries of a story reach the subject. */
export interface Manner {
  readonly places: ReadonlyArray<number>
  /** The clock of the readings, in epoch milliseconds; that of the trial unless given. */
  readonly at?: number
  readonly isReadAfterEach?: boolean
  readonly isTogether?: boolean
  /** Restarts after the first delivery of a step that asks for it, and in the end. */
  readonly isRestarted?: boolean
}

/** Delivers a story to the subject, under the name of a new world. */
export const deliverStory = async (
  subject: Subject,
  story: Story,
  world: string,
  manner: Manner,
): Promise<World> => {
  const { at = readingTimeOf(story) } = manner
  const nameOf = (id: string): string => id + world
  const read = (clientId: string, moment: number): Promise<unknown> =>
    readClient(subject, clientId, world, moment)
  const events = manner.places.flatMap((place) => story.events[place] ?? [])
  const send = async (event: StoryEvent): Promise<Answer> => ({
    event,
    ...(await deliver(subject, requestOf(event, nameOf, subject.secret))),
  })
  const answers: Answer[] = []
  const readings: Reading[] = []
  if (manner.isTogether === true) answers.push(...(await Promise.all(events.map(send))))
  else {
    for (const [index, event] of events.entries()) {
      answers.push(await send(event))
      const { interruption } = story.steps[manner.places[index] ?? 0] ?? PLAIN_STEP
      if (manner.isRestarted === true && interruption === 'restart') await subject.restart?.()
      if (manner.isReadAfterEach === true) {
        readings.push({ clientId: event.clientId, client: await read(event.clientId, at) })
      }
    }
  }
  if (manner.isRestarted === true) await subject.restart?.()
  const clients: Reading[] = []
  for (const clientId of story.clientIds)
    clients.push({ clientId, client: await read(clientId, at) })
  return { nameOf, answers, readings, clients, read }
}

/** The worlds of one story. Each is made when it is first asked for. */
export interface Trial {
  readonly subject: Subject
  readonly story: Story
  /** The clock of all readings, in epoch milliseconds. */
  readonly at: number
  /** False where no time is left for restarts, which are slow on a real server. */
  readonly mayRestart: boolean
  /** The interesting states that the subject was in. Laws add to it. */
  readonly reached: Set<string>
  readonly newWorld: () => string
  /** The deliveries in their order, each Client read after each of its deliveries. */
  readonly asDelivered: () => Promise<World>
  /** The first delivery of each event only, in the order of the deliveries. */
  readonly withoutRepeats: () => Promise<World>
  /** Each delivered event once, in the order in which they happened. */
  readonly inOrder: () => Promise<World>
  /** Each delivered event once, all at the same moment. */
  readonly together: () => Promise<World>
  /** The first delivery of each event only, with restarts. */
  readonly restarted: () => Promise<World>
}

const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () => (made ??= make())
}

const isSameOrder = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): boolean =>
  left.length === right.length && left.every((place, index) => place === right[index])

/** Begins a trial of a story. */
export const createTrial = (
  subject: Subject,
  story: Story,
  newWorld: () => string,
  mayRestart = true,
): Trial => {
  const unique = [...new Set(story.deliveries)]
  const ordered = [...unique].sort((left, right) => left - right)
  const world = (manner: Manner): Promise<World> => deliverStory(subject, story, newWorld(), manner)
  const asDelivered = once(() => world({ places: story.deliveries, isReadAfterEach: true }))
  const withoutRepeats = once(() =>
    isSameOrder(unique, story.deliveries) ? asDelivered() : world({ places: unique }),
  )
  return {
    subject,
    story,
    at: readingTimeOf(story),
    mayRestart,
    reached: new Set(),
    newWorld,
    asDelivered,
    withoutRepeats,
    inOrder: once(() =>
      isSameOrder(unique, ordered) ? withoutRepeats() : world({ places: ordered }),
    ),
    together: once(() => world({ places: unique, isTogether: true })),
    restarted: once(() => world({ places: unique, isRestarted: true })),
  }
}
