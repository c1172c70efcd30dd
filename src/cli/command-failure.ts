import { CommanderError } from 'commander'
import { EXIT } from './exit-code.js'
import { printable, printableLines } from './printable.js'

/**
 * A command cannot do its work, and the person who called it can change that. The message is one
 * sentence that says what is wrong and what to do. It never quotes a secret or a value of a payload.
 */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}

/**
 * The names of the library's errors that say what an operator can mend. They are names and not classes
 * because to import the classes would load what most commands do not need.
 */
const LIBRARY_FAILURES: ReadonlySet<string> = new Set([
  'StoreUnavailable',
  'CorruptRecord',
  'ForeignPosition',
  'BelowHorizon',
  'SourceUnreadable',
  'ListenFailed',
  'ClerkKeyRefused',
  'ClerkUnavailable',
  'WebhookSecretInvalid',
])

const isFailure = (error: unknown): error is Error =>
  error instanceof CommandFailure || (error instanceof Error && LIBRARY_FAILURES.has(error.name))

/** What a command that an error ended writes to stderr, and its exit code. */
export interface FailureReport {
  /** Lines with their line feeds; empty if the option parser has written them already. */
  readonly text: string
  readonly exitCode: number
}

const DEFECT_HINT =
  'This is a defect of clientfold, not of your input. ' +
  'Please report it with the command line and these lines.'

/** Gives one sentence for a failure that a person can mend, and the stack of any other error: a defect. */
export const failureReportOf = (error: unknown): FailureReport => {
  // The help and the version end the parser with an error of code 0.
  if (error instanceof CommanderError) {
    return { text: '', exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.failed }
  }
  if (isFailure(error)) {
    return { text: `clientfold: ${printable(error.message)}\n`, exitCode: EXIT.failed }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { text: `clientfold: ${printableLines(stack)}\n${DEFECT_HINT}\n`, exitCode: EXIT.defect }
}
