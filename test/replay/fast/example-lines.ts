import { logOf } from '../log-bytes.js'
import { EVENT_EXAMPLES } from './event-examples.js'
import type { LineExample } from './example.js'
import { SYNTAX_EXAMPLES } from './syntax-examples.js'

/** All examples. */
export const EXAMPLES: ReadonlyArray<LineExample> = [...SYNTAX_EXAMPLES, ...EVENT_EXAMPLES]

/** The log of one example. */
export const logOfExample = ({ lines }: LineExample): Buffer => logOf(...lines)

/** The log of all examples, some of them twice. */
export const ALL_EXAMPLES = logOf(
  ...EXAMPLES.slice(0, 20).flatMap(({ lines }) => lines),
  ...EXAMPLES.flatMap(({ lines }) => lines),
)
