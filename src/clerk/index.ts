/**
 * What Clerk has, beside what the log has: `clientfold/clerk`.
 *
 * @packageDocumentation
 */
export {
  ClerkKeyRefused,
  createClerkApi,
  type Asked,
  type ClerkApi,
  type ClerkApiOptions,
} from './clerk-api.js'
export type { Drift } from './drift.js'
export { reconcile, type Reconciled, type ReconcileOptions } from './reconcile.js'
