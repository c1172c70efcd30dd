import { it } from 'vitest'
import { checkBackfill, checkResumption } from './backfill-properties.js'

const EXTENT = { numRuns: 5, events: 40, clients: 6 }

it('a random Clerk and the log answer the same after a backfill, and a second one records nothing', () =>
  checkBackfill(EXTENT))

it('a random Clerk and the log answer the same after a backfill that ends at any request and goes on', () =>
  checkResumption(EXTENT))
