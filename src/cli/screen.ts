import { WriteStream } from 'node:tty'
import type { ScreenArguments } from './screen-options.js'

/** What the reader of a table can see. */
export interface Screen {
  /** How many columns a line has; Infinity for a file or a pipe. */
  readonly width: number
  /** False if everything is written whole, whatever the width. */
  readonly isShortened: boolean
  readonly hasColour: boolean
  /** The zone in which times are written: the one of this computer, or UTC. */
  readonly zone: 'local' | 'utc'
}

/** No terminal is taken to be narrower. */
const LEAST_WIDTH = 40

type Terminal = Pick<WriteStream, 'isTTY'> & { readonly columns?: number | undefined }

const widthOf = ({ isTTY, columns }: Terminal, { COLUMNS }: NodeJS.ProcessEnv): number => {
  const given = /^[1-9]\d{0,5}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : undefined
  return Math.max(given ?? (isTTY ? columns : undefined) ?? Infinity, LEAST_WIDTH)
}

/** `FORCE_COLOR`, `NO_COLOR` and `TERM=dumb` mean what they mean to Node. */
const hasColours = ({ isTTY }: Terminal, env: NodeJS.ProcessEnv): boolean =>
  (isTTY || env.FORCE_COLOR !== undefined) && WriteStream.prototype.hasColors(env)

/** The screen of a file: no line is shortened, and nothing is coloured. */
export const fileScreen = ({ local = false }: ScreenArguments): Screen => ({
  width: Infinity,
  isShortened: false,
  hasColour: false,
  zone: local ? 'local' : 'utc',
})

/**
 * The screen of standard output: a terminal, or the width of the variable `COLUMNS` (which `watch` sets, for
 * example), or else a pipe, which has no width.
 */
export const screenOf = (
  { full = false, local = false }: ScreenArguments,
  terminal: Terminal = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): Screen => ({
  width: widthOf(terminal, env),
  isShortened: !full,
  hasColour: hasColours(terminal, env),
  zone: local ? 'local' : 'utc',
})
