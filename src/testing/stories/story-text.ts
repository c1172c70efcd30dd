import type { Story, StoryEvent } from './story.js'

const DAY = 86_400_000

const FORM_NOTES: Readonly<Record<StoryEvent['form'], string>> = {
  plain: '',
  seconds: ', times in seconds',
  'of-2022': ', as in 2022',
  user: ', with user',
  'unknown-keys': ', with unknown keys',
  actor: ', with actor',
  unicode: ', with Unicode',
}

/** A moment as `day 1 08:00`, counted from the first day of a story. */
export const momentText = (at: number, firstDay: number): string => {
  const day = Math.floor((at - firstDay) / DAY) + 1
  return `day ${day} ${new Date(at).toISOString().slice(11, 16)}`
}

const eventText = (event: StoryEvent, firstDay: number): string => {
  const when = momentText(event.at, firstDay)
  if (event.change === 'observed') return `${event.id}  ${when}  client.observed  ${event.clientId}`
  const { id, userId } = event.session
  const late = event.saidAt === event.at ? '' : `, said ${momentText(event.saidAt, firstDay)}`
  const where = event.clientId === 'client_1' ? '' : ` on ${event.clientId}`
  return `${event.id}  ${when}  session.${event.change}  ${id} of ${userId}${where}${late}${FORM_NOTES[event.form]}`
}

/** One line for each event of a story that is delivered, indented by two spaces. */
export const storyLines = ({ events, deliveries, firstDay }: Story): string =>
  events
    .filter((_, place) => deliveries.includes(place))
    .map((event) => `  ${eventText(event, firstDay)}\n`)
    .join('')

/** The ids of the deliveries, in their order. */
export const deliveriesText = ({ events, deliveries }: Story): string =>
  deliveries.map((place) => events[place]?.id ?? '').join(', ')

/** The story for a person: what happened, and how it was delivered. */
export const storyText = (story: Story): string =>
  story.deliveries.length === 0
    ? 'Nothing was delivered.\n'
    : `What happened:\n${storyLines(story)}Delivered: ${deliveriesText(story)}\n`
