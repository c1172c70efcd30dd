/**
 * Reads from Clerk's Backend API, and compares the log with it: `clientfold/clerk`.
 *
 * @packageDocumentation
 */
export {
  ClerkKeyRefused,
  createClerkApi,
  type ClerkAnswer,
  type ClerkApi,
  type ClerkApiOptions,
} from './clerk-api.js'
export type { Drift } from './drift.js'
export { reconcile, type ReconcileOptions, type ReconcileOutcome } from './reconcile.js'
