import { isPlainObject } from '../../events/json.js'
import { momentText } from '../stories/story-text.js'
import { sessionIn, sessionsOf, statusIn, type ReadSession } from './client-parts.js'

const LONGEST_VALUE = 16
const MOST_LINES = 2

const isMoment = (value: unknown): value is number =>
  typeof value === 'number' && value > 1_000_000_000_000 && value < 4_000_000_000_000

/** A value on one line; a moment as a day of the story. */
const valueText = (value: unknown, firstDay: number): string => {
  if (value === undefined) return 'absent'
  if (isMoment(value)) return momentText(value, firstDay)
  if (isPlainObject(value) && value.object === 'client') return 'a Client'
  const text = JSON.stringify(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

const differingKeys = (expected: ReadSession, actual: ReadSession): ReadonlyArray<string> =>
  [...new Set([...Object.keys(expected), ...Object.keys(actual)])].filter(
    (key) => JSON.stringify(expected[key]) !== JSON.stringify(actual[key]),
  )

const objectLines = (
  path: string,
  expected: ReadSession,
  actual: ReadSession,
  firstDay: number,
): ReadonlyArray<string> =>
  differingKeys(expected, actual).map(
    (key) =>
      `${path}${key}: expected ${valueText(expected[key], firstDay)}, got ${valueText(actual[key], firstDay)}`,
  )

const sessionLines = (
  id: string,
  expected: unknown,
  actual: unknown,
  firstDay: number,
): ReadonlyArray<string> => {
  const [one, other] = [sessionIn(expected, id), sessionIn(actual, id)]
  if (one !== undefined && other !== undefined) return objectLines(`${id}.`, one, other, firstDay)
  return one === other
    ? []
    : [`${id}: expected ${statusIn(expected, id)}, got ${statusIn(actual, id)}`]
}

const withoutLists = (client: ReadSession): ReadSession => {
  const { sessions: _sessions, session_ids: _sessionIds, ...others } = client
  return others
}

/** Where two Clients differ, on few lines: sessions first, then the other keys. */
export const clientDifference = (
  expected: unknown,
  actual: unknown,
  firstDay: number,
): ReadonlyArray<string> => {
  if (!isPlainObject(expected) || !isPlainObject(actual)) {
    return [`expected ${valueText(expected, firstDay)}, got ${valueText(actual, firstDay)}`]
  }
  const ids = new Set([...sessionsOf(expected), ...sessionsOf(actual)].map(({ id }) => String(id)))
  const lines = [
    ...[...ids].flatMap((id) => sessionLines(id, expected, actual, firstDay)),
    ...objectLines('', withoutLists(expected), withoutLists(actual), firstDay),
    ...(ids.size === 0 ? [] : objectLines('', listed(expected), listed(actual), firstDay)),
  ]
  const others = lines.length - MOST_LINES
  return others > 0 ? [...lines.slice(0, MOST_LINES), `and ${others} more`] : lines
}

const listed = ({ session_ids }: ReadSession): ReadSession => ({ session_ids })

/** True if two Clients are the same value, whatever the order of their keys. */
export const areSameClients = (expected: unknown, actual: unknown): boolean =>
  sortedText(expected) === sortedText(actual)

const sortedText = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    isPlainObject(item)
      ? Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)))
      : item,
  )
