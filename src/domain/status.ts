import type { SessionStatus } from '../events/session.js'

/**
 * How far a session has come: live, then over, then removed. A session never steps back a stage. Clerk's
 * page on session status says that removal cannot be undone; that an ended, expired or revoked session
 * does not come back either is inferred from it.
 */
export type Stage = 'live' | 'over' | 'removed'

const STAGE_OF: Readonly<Record<SessionStatus, Stage>> = {
  active: 'live',
  pending: 'live',
  ended: 'over',
  expired: 'over',
  replaced: 'over',
  abandoned: 'over',
  revoked: 'over',
  removed: 'removed',
}

const STAGE_RANK: Readonly<Record<Stage, number>> = { live: 0, over: 1, removed: 2 }

const SEVERITY: Readonly<Record<SessionStatus, number>> = {
  active: 0,
  pending: 1,
  ended: 2,
  expired: 3,
  replaced: 4,
  abandoned: 5,
  revoked: 6,
  removed: 7,
}

/**
 * The stage of a status: live (active, pending), removed, or over (all others).
 *
 * @example
 * import { stageOf } from 'clientfold/algebra'
 * stageOf('pending') // => 'live'
 * stageOf('revoked') // => 'over'
 */
export const stageOf = (status: SessionStatus): Stage => STAGE_OF[status]

/** The stage of a status as a number: live 0, over 1, removed 2. */
export const stageRank = (status: SessionStatus): number => STAGE_RANK[STAGE_OF[status]]

/** How little a status allows, as a number: active is 0, removed is 7. */
export const severity = (status: SessionStatus): number => SEVERITY[status]

/**
 * True while a session is in use: active, or pending with tasks still to do.
 *
 * @example
 * import { isLive } from 'clientfold/algebra'
 * isLive('pending') // => true
 * isLive('replaced') // => false
 */
export const isLive = (status: SessionStatus): boolean => STAGE_OF[status] === 'live'
