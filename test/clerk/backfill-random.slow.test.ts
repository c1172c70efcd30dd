import { it } from 'vitest'
import { checkBackfill, checkResumption } from './backfill-properties.js'

const EXTENT = { numRuns: 60, events: 150, clients: 15 }
const PATIENCE_MS = 300_000

it(
  'many random Clerks and logs answer the same after a backfill, and a second one records nothing',
  () => checkBackfill(EXTENT),
  PATIENCE_MS,
)

it(
  'many random Clerks and logs answer the same after a backfill that ends at any request and goes on',
  () => checkResumption(EXTENT),
  PATIENCE_MS,
)
