import { payloadOf } from '../stories/payload.js'
import { areSameClients, clientDifference } from './client-difference.js'
import { hostileDeliveries, isAnswerOf, type HostileDelivery } from './hostile-deliveries.js'
import type { Breach, SubjectLaw } from './law.js'
import { deliver, requestOf, type Trial } from './trial.js'

const ANSWERS: Readonly<Record<HostileDelivery['expected'], string>> = {
  refused: '4xx',
  ignored: '2xx',
  quarantined: '2xx or 4xx',
  accepted: '2xx',
}

/** Sends hostile versions of the second event, after the first one was delivered. */
const sendHostile = async (
  { subject, story, newWorld, at }: Trial,
  isAsked: (delivery: HostileDelivery) => boolean,
): Promise<Breach | null> => {
  const [first, second] = story.events
  if (first === undefined || second === undefined) return null
  const world = newWorld()
  const nameOf = (id: string): string => id + world
  const read = async (): Promise<unknown> => {
    const client = await subject.read?.(nameOf(first.clientId), at)
    return JSON.parse(JSON.stringify(client ?? null).replaceAll(world, '')) as unknown
  }
  const genuine = requestOf(first, nameOf, subject.secret)
  await deliver(subject, genuine)
  const before = await read()
  const body = JSON.stringify(payloadOf(second, nameOf))
  const made = hostileDeliveries({ id: nameOf(second.id), body, secret: subject.secret })
  for (const { label, expected, request } of made.filter(isAsked)) {
    const { status, reason } = await deliver(subject, request)
    const how = { delivered: `msg_1, then msg_2 ${label}`, requests: [genuine, request] }
    if (!isAnswerOf(expected, status)) {
      const because = reason === undefined ? '' : ` (${reason.slice(0, 80)})`
      return { difference: [`expected ${ANSWERS[expected]}, got ${status}${because}`], ...how }
    }
    const after = await read()
    if (areSameClients(before, after)) continue
    return { difference: clientDifference(before, after, story.firstDay), ...how }
  }
  return null
}

/** The laws about deliveries that are not what they seem. */
export const hostileLaws: ReadonlyArray<SubjectLaw> = [
  {
    name: 'a forged or stale delivery is refused, and changes nothing',
    why: 'Anyone who knows the URL can post to it; only the signature tells who wrote a delivery, and when.',
    needs: ['secret'],
    on: 'own-story',
    check: (trial) => sendHostile(trial, ({ expected }) => expected === 'refused'),
  },
  {
    name: 'a genuine delivery that cannot be read is answered without a failure, and changes nothing',
    why: 'The sender repeats what fails for a day, and disables an endpoint that fails too often.',
    needs: ['secret'],
    on: 'own-story',
    check: (trial) => sendHostile(trial, ({ expected }) => expected !== 'refused'),
  },
]
