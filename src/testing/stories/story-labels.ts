import { stageRank } from '../../domain/status.js'
import type { Story, StoryEvent } from './story.js'

const delivered = ({ events, deliveries }: Story): ReadonlyArray<StoryEvent> =>
  deliveries.flatMap((place) => events[place] ?? [])

const isTie = (left: StoryEvent, right: StoryEvent): boolean =>
  left !== right && left.session.id === right.session.id && left.at === right.at

const rankOf = ({ session }: StoryEvent): number => stageRank(session.status)

/** The interesting states of a story, each with what makes a story have it. */
const STATES: Readonly<Record<string, (story: Story) => boolean>> = {
  'a tie': (story) => {
    const events = [...new Set(delivered(story))]
    return events.some((event) => events.some((other) => isTie(event, other)))
  },
  'a late delivery': ({ deliveries }) =>
    deliveries.some((place, index) => place < Math.max(...deliveries.slice(0, index + 1))),
  'a repeated delivery': ({ deliveries }) => new Set(deliveries).size < deliveries.length,
  'a lost event': ({ steps }) => steps.some(({ delays }) => delays.length === 0),
  'a removal before an earlier event': (story) => {
    const events = delivered(story)
    return events.some(
      (event, index) =>
        event.change === 'removed' &&
        events
          .slice(index)
          .some((after) => after.session.id === event.session.id && rankOf(after) < rankOf(event)),
    )
  },
  'several clients of a user': (story) => {
    const sessions = delivered(story).map(({ session }) => session)
    return sessions.some((one) =>
      sessions.some((other) => other.userId === one.userId && other.clientId !== one.clientId),
    )
  },
  'several users of a client': (story) => {
    const sessions = delivered(story).map(({ session }) => session)
    return sessions.some((one) =>
      sessions.some((other) => other.userId !== one.userId && other.clientId === one.clientId),
    )
  },
  'times in seconds': (story) => delivered(story).some(({ form }) => form === 'seconds'),
  'personal data': (story) => delivered(story).some(({ form }) => form === 'user'),
  'unknown keys': (story) => delivered(story).some(({ form }) => form === 'unknown-keys'),
  'nothing delivered': ({ deliveries }) => deliveries.length === 0,
}

/** Every label that {@link storyLabels} can give. */
export const STORY_LABELS: ReadonlyArray<string> = Object.keys(STATES)

/**
 * The interesting states that a story contains: labels for `fc.statistics`.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryStory, storyLabels } from 'clientfold/testing'
 * const labels = fc.sample(arbitraryStory(), 200).flatMap(storyLabels)
 * labels.includes('a tie') // => true
 */
export const storyLabels = (story: Story): string[] =>
  Object.entries(STATES).flatMap(([label, has]) => (has(story) ? [label] : []))
