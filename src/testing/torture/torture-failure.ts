import type { StoryStep } from '../stories/step.js'

/** A law that a server broke, as it is kept in a file. */
export interface TortureFailure {
  readonly law: string
  /** The first day of the story, in epoch milliseconds. */
  readonly firstDay: number
  readonly steps: ReadonlyArray<StoryStep>
}
