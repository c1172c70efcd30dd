import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../src/events/decode-event.js'
import { isSameEvent } from '../../src/events/same-event.js'
import {
  arbitraryEvent,
  arbitraryStory,
  storyBodies,
  storyLabels,
} from '../../src/testing/index.js'
import { PLAIN_STEP, type StoryStep } from '../../src/testing/stories/step.js'
import { STORY_LABELS } from '../../src/testing/stories/story-labels.js'
import { storyText } from '../../src/testing/stories/story-text.js'
import { storyOf } from '../../src/testing/stories/story.js'
import type { ClientEvent } from '../../src/events/client-event.js'

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)

const PLAIN: StoryStep = { ...PLAIN_STEP, session: 2 }

const decoded = (bodies: ReadonlyArray<string>): ReadonlyArray<ClientEvent> =>
  bodies.map((body) => {
    const event = parseEvent(body)
    if (E.isLeft(event)) throw new Error('a body of a story was refused')
    return event.right
  })

const shareOf = (label: string, seed: number): number => {
  const stories = fc.sample(arbitraryStory({ observations: true }), { numRuns: 300, seed })
  return stories.filter((story) => storyLabels(story).includes(label)).length / stories.length
}

describe('arbitraryStory', () => {
  it('a delivery id never has two contents', () => {
    fc.assert(
      fc.property(arbitraryStory({ observations: true }), (story) => {
        const contents = new Map<string, string>()
        for (const body of storyBodies(story)) {
          const { id } = JSON.parse(body) as { readonly id: string }
          expect(contents.get(id) ?? body).toBe(body)
          contents.set(id, body)
        }
      }),
    )
  })

  it('every body of a story can be decoded', () => {
    fc.assert(
      fc.property(arbitraryStory({ clients: 3, observations: true }), (story) => {
        expect(decoded(storyBodies(story)).length).toBe(story.deliveries.length)
      }),
    )
  })

  it('ties are in at least a fifth of the stories, and at most a twentieth is empty, in each of 20 seeds', () => {
    for (const seed of SEEDS) {
      expect(shareOf('a tie', seed)).toBeGreaterThanOrEqual(0.2)
      expect(shareOf('nothing delivered', seed)).toBeLessThanOrEqual(0.05)
    }
  })

  it.each(STORY_LABELS.map((label) => ({ label })))('some stories have $label', ({ label }) => {
    const stories = fc.sample(arbitraryStory(), { numRuns: 1000, seed: 1 })
    expect(stories.some((story) => storyLabels(story).includes(label))).toBe(true)
  })

  it('a story without steps, deliveries or clients is a story', () => {
    expect(storyOf([])).toMatchObject({ events: [], deliveries: [], clientIds: [] })
    expect(storyText(storyOf([]))).toBe('Nothing was delivered.\n')
  })

  it('the first step of a session decides whose it is and when it was created', () => {
    const { events } = storyOf([PLAIN, { ...PLAIN, change: 'ended', user: 1, minutes: 60 }])
    expect(events[1]?.session).toMatchObject({ userId: 'user_ada', status: 'ended' })
    expect(events[1]?.session.createdAt).toBe(events[0]?.at)
  })

  it('a person reads what happened, and in which order it was delivered', () => {
    const story = storyOf([
      { ...PLAIN, delays: [1] },
      { ...PLAIN, change: 'removed', saidMinutes: 1, form: 'seconds' },
    ])
    expect(storyText(story)).toBe(
      'What happened:\n' +
        '  msg_1  day 1 08:00  session.created  sess_3 of user_ada\n' +
        '  msg_2  day 1 08:00  session.removed  sess_3 of user_ada, said day 1 08:01, times in seconds\n' +
        'Delivered: msg_2, msg_1\n',
    )
  })

  it('a failing property prints the story, and shrinks it to the events that matter', () => {
    const details = fc.check(
      fc.property(
        arbitraryStory(),
        (story) => !storyLabels(story).includes('a removal before an earlier event'),
      ),
      { seed: 1, numRuns: 1000 },
    )
    expect(details.failed).toBe(true)
    expect(details.counterexample?.[0].events.length).toBeLessThanOrEqual(2)
    expect(fc.stringify(details.counterexample)).toContain('What happened:')
  })
})

describe('arbitraryEvent', () => {
  it('two events with one id are the same event', () => {
    const few = fc.array(arbitraryEvent({ clientId: 'client_1' }), { maxLength: 6 })
    fc.assert(
      fc.property(few, (events) => {
        for (const left of events)
          for (const right of events)
            if (left.id !== undefined && left.id === right.id)
              expect(isSameEvent(left, right)).toBe(true)
      }),
      { numRuns: 300 },
    )
    const ids = fc.sample(arbitraryEvent(), { numRuns: 100, seed: 1 }).map(({ id }) => id)
    expect(ids.filter((id) => id === undefined).length).toBeGreaterThan(10)
    expect(ids.filter((id) => id !== undefined).length).toBeGreaterThan(10)
  })
})
