import { BelowHorizon } from '../clients/below-horizon.js'
import { TooManyQuestions } from '../clients/too-many-questions.js'
import { ForeignPosition, StoreUnavailable } from '../event-store/store-error.js'
import {
  belowHorizon,
  internalError,
  positionForeign,
  tooManyQuestions,
  unavailable,
  type Answer,
} from './api-error.js'

/** What the log says about the error behind an answer. It holds no message, because messages can hold ids and URLs. */
export interface FailureEntry {
  /** The name of the error: `StoreUnavailable`, `CorruptRecord`, `TypeError` … */
  readonly error?: string
  /** Why the store cannot be used: `unreachable`, `busy`, `denied` … */
  readonly reason?: string
  /** The code of the driver, the database or the system: `57P01`, `ECONNREFUSED` … */
  readonly code?: string
  /** Where a defect was thrown. */
  readonly at?: string
}

/** The answer to a request that failed. */
export const answerToFailure = (error: unknown): Answer => {
  if (error instanceof StoreUnavailable) return unavailable(error)
  if (error instanceof TooManyQuestions) return tooManyQuestions(error.retryAfterSeconds)
  if (error instanceof BelowHorizon) return belowHorizon(error.horizon)
  if (error instanceof ForeignPosition) return positionForeign()
  return internalError(error)
}

const codeOf = (cause: unknown): string | undefined => {
  const { code, errcode } = Object(cause) as { readonly code?: unknown; readonly errcode?: unknown }
  // node:sqlite has the number of SQLite beside a code that all its errors share.
  if (typeof errcode === 'number') return String(errcode)
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined
}

/** The first place of a stack: a file of the program with its line, no value. */
const placeOf = ({ stack = '' }: Error): string | undefined =>
  /^ +at .*?([^/\\(\s]+:\d+):\d+\)?$/m.exec(stack)?.[1]

/** What the log says about an error. */
export const failureEntryOf = (error: unknown): FailureEntry => {
  if (!(error instanceof Error)) return error === undefined ? {} : { error: typeof error }
  if (error instanceof StoreUnavailable) {
    const code = codeOf(error.cause)
    return { error: error.name, reason: error.reason, ...(code !== undefined && { code }) }
  }
  const at = placeOf(error)
  return { error: error.name, ...(at !== undefined && { at }) }
}
