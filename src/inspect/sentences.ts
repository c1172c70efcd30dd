import type { VersionRule } from '../domain/state.js'
import type { FieldReason } from '../projections/explanation.js'
import type { EventEffect } from '../projections/timeline.js'

/** Why a version lost, by the rule that decided. */
export const RULE_SENTENCES: Readonly<Record<VersionRule, string>> = {
  stage: 'an earlier stage: live comes before over, over before removed, and no session steps back',
  updated_at: 'an earlier updated_at in the same stage',
  said: 'the same stage and updated_at, but said earlier',
  severity: 'the same times, and a status that allows more',
  text: 'the same times and status; the greater JSON text counts',
}

/** Where the value of a field comes from. */
export const REASON_SENTENCES: Readonly<Record<FieldReason, string>> = {
  constant: 'the same for every Client',
  client: 'named by every event of this client',
  sessions: 'the version of each session that counts, without removed sessions',
  activity: 'the live session with the latest last_active_at',
  'observed-activity': 'the live session that the greatest observation names',
  'no-live-session': 'no session is live',
  observation: 'the greatest observation of the Backend API',
  'no-observation': 'no webhook carries it, and there is no observation of the Backend API',
  least: 'the least created_at that an event names',
  greatest: 'the greatest updated_at that an event names',
}

/** What an event did when it became known. */
export const EFFECT_SENTENCES: Readonly<Record<EventEffect, string>> = {
  new: 'the first event of the session',
  changed: 'changed the session',
  late: 'came late: what it says was beaten already',
  duplicate: 'said the same again',
}
