/**
 * Is this session still live? Answered from memory, within microseconds, in any process: `clientfold/guard`.
 *
 * @packageDocumentation
 */
export {
  openGuard,
  type Guard,
  type GuardAnswer,
  type GuardDecision,
  type GuardOptions,
  type GuardPolicy,
  type GuardSettings,
  type GuardSource,
} from './guard.js'
export type { Liveness, LiveStatus, OverStatus } from '../projections/liveness.js'
