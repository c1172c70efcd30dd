import { deliveriesText } from '../stories/story-text.js'
import type { Story } from '../stories/story.js'
import { differenceOf, type SubjectLaw } from './law.js'

/** The ids of the deliveries that come first, in their order. */
const firstDeliveries = (story: Story): string =>
  deliveriesText({ ...story, deliveries: [...new Set(story.deliveries)] })

/** The laws about what deliveries may do: come late, twice and together. */
export const deliveryLaws: ReadonlyArray<SubjectLaw> = [
  {
    name: 'every genuine delivery is acknowledged',
    why: 'The sender repeats what is not answered with 2xx, and gives up after a day: the event is lost.',
    needs: [],
    on: 'many',
    check: async (trial) => {
      const { answers } = await trial.asDelivered()
      const refused = answers.find(({ status }) => status < 200 || status > 299)
      if (refused === undefined) return null
      const { event, status, reason } = refused
      const because = reason === undefined ? '' : ` (${reason.slice(0, 80)})`
      return { difference: [`${event.id}: expected 2xx, got ${status}${because}`] }
    },
  },
  {
    name: 'the order of deliveries does not matter',
    why: 'Webhooks overtake each other, so that a retry can bring an old status last.',
    needs: ['read'],
    on: 'many',
    check: async (trial) => {
      const [inOrder, others] = [await trial.inOrder(), await trial.withoutRepeats()]
      return differenceOf(trial, inOrder.clients, others.clients)
    },
  },
  {
    name: 'a repeated delivery changes nothing',
    why: 'Webhooks come at least once; a delivery is repeated whenever an answer was lost.',
    needs: ['read'],
    on: 'many',
    check: async (trial) => {
      const [once, repeated] = [await trial.withoutRepeats(), await trial.asDelivered()]
      return differenceOf(trial, once.clients, repeated.clients)
    },
  },
  {
    name: 'deliveries at the same moment lose nothing',
    why: 'Two handlers that read, change and write overwrite each other.',
    needs: ['read'],
    on: 'many',
    mayVary: true,
    check: async (trial) => {
      if (new Set(trial.story.deliveries).size < 2) return null
      const [inOrder, together] = [await trial.inOrder(), await trial.together()]
      const delivered = `${firstDeliveries(trial.story)} at the same moment`
      return differenceOf(trial, inOrder.clients, together.clients, delivered)
    },
  },
]

/** It comes last, because a subject that breaks it has lost what was delivered before. */
export const restartLaw: SubjectLaw = {
  name: 'what was acknowledged outlives a restart',
  why: 'The sender does not repeat what was acknowledged, so that nothing brings it back.',
  needs: ['read', 'restart'],
  on: 'few',
  check: async (trial) => {
    const [before, after] = [await trial.withoutRepeats(), await trial.restarted()]
    const delivered = `${firstDeliveries(trial.story)}, then a restart`
    return differenceOf(trial, before.clients, after.clients, delivered)
  },
}
