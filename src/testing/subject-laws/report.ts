import { deliveriesText, storyLines } from '../stories/story-text.js'
import type { Story } from '../stories/story.js'
import type { Breach } from './law.js'

/** What the report of one broken law is made of. */
export interface BrokenLawContent {
  readonly name: string
  readonly why: string
  readonly story: Story
  readonly breach: Breach
  readonly seed: number
  readonly path: string | null
}

/** The call that repeats a broken law. */
const callOf = ({ seed, path }: BrokenLawContent): string =>
  `await assertLaws(subject, ${path === null ? `{ seed: ${seed} }` : `{ seed: ${seed}, path: '${path}' }`})\n`

/** A report that is longer is not read. */
const LONGEST_TEXT = 600

/** One broken law for a person, ending with what repeats it: a call, unless something else is given. */
export const brokenLawText = (content: BrokenLawContent, repeat = callOf(content)): string => {
  const { name, why, story, breach } = content
  const textWith = (difference: ReadonlyArray<string>): string =>
    `BROKEN: ${name}\n${why}\n` +
    `What happened:\n${storyLines(story)}` +
    `Delivered: ${breach.delivered ?? deliveriesText(story)}\n` +
    difference.map((line) => `  ${line}\n`).join('') +
    repeat
  const text = textWith(breach.difference)
  // The requests that torture prints do not count.
  const length = text.length - repeat.length + callOf(content).length
  return length > LONGEST_TEXT ? textWith(breach.difference.slice(0, 1)) : text
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The whole report for a person. */
export const reportText = (report: {
  readonly broken: ReadonlyArray<{ readonly text: string }>
  readonly held: ReadonlyArray<string>
  readonly notMeasured: ReadonlyArray<string>
}): string => {
  const { broken, held, notMeasured } = report
  const summary = `${counted(broken.length, 'law')} broken, ${counted(held.length, 'law')} held\n`
  return [
    ...broken.map(({ text }) => text),
    summary + notMeasured.map((line) => `not measured: ${line}\n`).join(''),
  ].join('\n')
}
