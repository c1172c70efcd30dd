import type { Interruption, StoryStep } from '../stories/step.js'
import type { Story, StoryEvent } from '../stories/story.js'
import type { Subject } from '../subjects/subject.js'
import { deliver, readClient, requestOf, type Answer, type Reading, type Trial } from './trial.js'

const THREE_DAYS = 3 * 86_400_000

/** A subject that crashed may never answer what it was doing. */
const LONGEST_WAIT_MILLISECONDS = 5_000

/** The interesting states to which interruptions lead, each with what a subject needs for it. */
export const INTERRUPTED_STATES = [
  { name: 'two deliveries in flight', needs: [] },
  { name: 'a read while a delivery is in flight', needs: [] },
  { name: 'a crash while a delivery is in flight', needs: ['restart'] },
  { name: 'a restart between an answer and a read', needs: ['restart'] },
  { name: 'days between an answer and a read', needs: ['clock'] },
] as const

type InterruptedState = (typeof INTERRUPTED_STATES)[number]['name']

/** The first delivery of each event, in the order of the deliveries. */
export const firstPlaces = ({ deliveries }: Story): ReadonlyArray<number> => [
  ...new Set(deliveries),
]

/** The interruption of a step, or `none` if it cannot be done with this subject. */
export const interruptionOf = (
  { subject, mayRestart }: Pick<Trial, 'subject' | 'mayRestart'>,
  { interruption }: StoryStep,
): Interruption => {
  const needsRestart = interruption === 'crash' || interruption === 'restart'
  if (needsRestart && (subject.restart === undefined || !mayRestart)) return 'none'
  return interruption === 'days' && subject.clock === 'now' ? 'none' : interruption
}

/** The clock after the last interruption, in epoch milliseconds. */
export const interruptedUntil = (trial: Trial): number => {
  const steps = firstPlaces(trial.story).flatMap((place) => trial.story.steps[place] ?? [])
  const passes = steps.filter((step) => interruptionOf(trial, step) === 'days').length
  return trial.at + passes * THREE_DAYS
}

/** Waits before an interruption, while deliveries are in flight. */
export type Pause = (turns: number) => Promise<void>

const eventLoopTurns: Pause = async (turns) => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The same subject, and how many of its deliveries are in flight. */
const watchedSubject = (subject: Subject) => {
  const inFlight = new Set<symbol>()
  const watched: Pick<Subject, 'deliver'> = {
    deliver: (request) => {
      const answer = subject.deliver(request)
      if (!(answer instanceof Promise)) return answer
      const one = Symbol()
      inFlight.add(one)
      return answer.finally(() => inFlight.delete(one))
    },
  }
  return { watched, inFlight }
}

/** A delivery whose answer may be outstanding. */
interface Sent {
  readonly event: StoryEvent
  readonly answer: Promise<Pick<Answer, 'status'>>
}

/** Those of the deliveries that a crash left without an acknowledgement. */
const notAcknowledged = async (sent: ReadonlyArray<Sent>): Promise<ReadonlyArray<Sent>> => {
  let timer: NodeJS.Timeout | undefined
  const noAnswer = new Promise<{ readonly status: number }>((resolve) => {
    timer = setTimeout(() => {
      resolve({ status: 504 })
    }, LONGEST_WAIT_MILLISECONDS)
  })
  const open: Sent[] = []
  for (const each of sent) {
    const { status } = await Promise.race([each.answer, noAnswer])
    if (status < 200 || status > 299) open.push(each)
  }
  clearTimeout(timer)
  return open
}

/**
 * Delivers a story with its interruptions, and reads the Clients in the end. As the sender does, it repeats after a
 * crash what was not acknowledged.
 */
export const deliverInterrupted = async (
  trial: Trial,
  pause: Pause = eventLoopTurns,
): Promise<ReadonlyArray<Reading>> => {
  const { subject, story, newWorld, reached } = trial
  const world = newWorld()
  const { watched, inFlight } = watchedSubject(subject)
  const reach = (state: InterruptedState): void => {
    reached.add(state)
  }
  let clock = trial.at
  const read = (clientId: string): Promise<unknown> => readClient(subject, clientId, world, clock)
  const send = (event: StoryEvent): Sent => {
    if (inFlight.size > 0) reach('two deliveries in flight')
    const request = requestOf(event, (id) => id + world, subject.secret)
    return { event, answer: deliver(watched, request) }
  }
  let sent: Sent[] = []
  const awaitAnswers = async (): Promise<void> => {
    await Promise.all(sent.map(({ answer }) => answer))
    sent = []
  }
  const repeatAfterCrash = async (): Promise<void> => {
    const open = await notAcknowledged(sent)
    sent = []
    inFlight.clear()
    for (const { event } of open) await send(event).answer
  }
  for (const place of firstPlaces(story)) {
    const [event, step] = [story.events[place], story.steps[place]]
    if (event === undefined || step === undefined) continue
    const interruption = interruptionOf(trial, step)
    sent.push(send(event))
    switch (interruption) {
      case 'delivery':
        await pause(step.turns)
        break
      case 'read':
        await pause(step.turns)
        if (inFlight.size > 0) reach('a read while a delivery is in flight')
        await read(event.clientId)
        break
      case 'crash':
        await pause(step.turns)
        if (inFlight.size > 0) reach('a crash while a delivery is in flight')
        await subject.restart?.()
        await repeatAfterCrash()
        break
      case 'restart':
        await awaitAnswers()
        await subject.restart?.()
        reach('a restart between an answer and a read')
        break
      case 'days':
        await awaitAnswers()
        clock += THREE_DAYS
        await read(event.clientId)
        reach('days between an answer and a read')
        break
      case 'none':
        await awaitAnswers()
    }
  }
  await awaitAnswers()
  const clients: Reading[] = []
  for (const clientId of story.clientIds) clients.push({ clientId, client: await read(clientId) })
  return clients
}
