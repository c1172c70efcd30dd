import { describe, expect, it } from 'vitest'
import { describeMissingFeatures } from '../../../src/stores/postgres/server-features.js'
import { describeWithPostgres, refusalOf } from './given.js'

const ALL = [
  'pg_current_snapshot',
  'pg_current_xact_id',
  'pg_snapshot_xmin',
  'pg_visible_in_snapshot',
  'xid8',
]

describe('the features of a PostgreSQL server', () => {
  it.each([
    {
      version: 'PostgreSQL 16.4 (Debian 16.4-1) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit',
      found: ALL,
      expected: undefined,
    },
    {
      version: 'PostgreSQL 12.20 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit',
      found: [],
      expected:
        'the server (PostgreSQL 12.20) has no pg_current_snapshot, pg_current_xact_id, pg_snapshot_xmin, pg_visible_in_snapshot, xid8: a store needs PostgreSQL 13 or later',
    },
    {
      version: 'CockroachDB CCL v24.3.1 (x86_64-pc-linux-gnu, built 2024/12/16, go1.22.8)',
      found: ['pg_snapshot_xmin'],
      expected:
        'the server (CockroachDB) has no pg_current_snapshot, pg_current_xact_id, pg_visible_in_snapshot, xid8: a store needs PostgreSQL 13 or later',
    },
    {
      version: 'PostgreSQL 15.12-YB-2025.1.0.1-b0 on x86_64-pc-linux-gnu, compiled by clang',
      found: ALL,
      expected:
        'the server (YugabyteDB) does not order its transactions as PostgreSQL does: a store needs PostgreSQL 13 or later',
    },
    {
      version: 'PostgreSQL 16 (Aurora DSQL)',
      found: ALL.slice(1),
      expected:
        'the server (Aurora DSQL) has no pg_current_snapshot: a store needs PostgreSQL 13 or later',
    },
  ])('a server with the version $version is taken or refused', ({ version, found, expected }) => {
    expect(describeMissingFeatures(version, found)).toBe(expected)
  })
})

describeWithPostgres('a PostgreSQL server that lacks a function', (server) => {
  it('the opening names what the server lacks, in one sentence', async () => {
    const database = await server().newDatabase()
    const client = await server().connect(database)
    await client.query('set allow_system_table_mods = on')
    await client.query(
      `update pg_catalog.pg_proc set proname = 'gone' where proname = 'pg_visible_in_snapshot'`,
    )
    await client.end()
    expect(await refusalOf(server().url(database))).toMatch(
      /^foreign: the server \(PostgreSQL [\d.]+\) has no pg_visible_in_snapshot: a store needs PostgreSQL 13 or later$/,
    )
  })
})
