/** How a command ends. */
export const EXIT = {
  /** All lines were folded. */
  ok: 0,
  /** Some lines were refused, or something that was checked does not hold. */
  refused: 1,
  /** Wrong usage, or something could not be read or written. */
  failed: 2,
  /** Ctrl-C, by the shells' custom: 128 and the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const
