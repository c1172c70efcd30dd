/** How a command ends. */
export const EXIT = {
  /** Everything was done. */
  ok: 0,
  /** Some input was refused, something was not found, or a check failed. */
  refused: 1,
  /** Wrong usage, or something could not be read or written. */
  failed: 2,
  /** A defect of clientfold (`EX_SOFTWARE` of sysexits.h). */
  defect: 70,
  /** Ctrl-C. Shells use 128 plus the number of the signal. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const
