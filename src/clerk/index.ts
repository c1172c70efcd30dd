/**
 * Reads from Clerk's Backend API, fills the log from it, and compares the log with it: `clientfold/clerk`.
 *
 * @packageDocumentation
 */
export { backfill, type BackfillOptions, type BackfillStep } from './backfill.js'
export { createClerkApi, type ClerkApi, type UsersQuery } from './clerk-api.js'
export { ClerkKeyRefused, ClerkUnavailable } from './clerk-error.js'
export type { ClerkList, ClerkUser } from './clerk-list.js'
export type { ClerkAnswer, ClerkApiOptions } from './clerk-request.js'
export type { Drift } from './drift.js'
export { reconcile, type ReconcileOptions, type ReconcileOutcome } from './reconcile.js'
