import {
  advised,
  byteText,
  clockFinding,
  sound,
  urgent,
  type Finding,
} from '../../event-store/finding.js'
import type { Query } from './connection.js'
import { SCHEMA_VERSION } from './schema.js'

/** Settings and sizes of a server. A number of a `bigint` comes as text. */
interface ServerRow {
  readonly version: string
  /** 160004 for 16.4. */
  readonly number: number
  readonly fsync: string
  readonly fullPageWrites: string
  readonly checksums: string
  readonly synchronousCommit: string
  readonly synchronousNames: string
  readonly isStandby: boolean
  readonly time: number
  readonly databaseBytes: string
  readonly storeBytes: string
}

interface ReplicaRow {
  readonly streaming: number
  readonly synchronous: number
  readonly lagSeconds: number | null
}

interface TransactionRow {
  readonly pid: number | null
  readonly database: string
  readonly seconds: number | null
}

/** The oldest version that still gets fixes (https://www.postgresql.org/support/versioning/). */
const OLDEST_SUPPORTED = 14

/** A writing transaction takes milliseconds. One that is open for longer delays followers. */
const LONGEST_TRANSACTION_SECONDS = 2

const readServer = async (query: Query, schema: string): Promise<ServerRow> => {
  const [row] = await query<ServerRow>(
    `select current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      current_setting('fsync') as fsync,
      current_setting('full_page_writes') as "fullPageWrites",
      current_setting('data_checksums') as checksums,
      current_setting('synchronous_commit') as "synchronousCommit",
      current_setting('synchronous_standby_names') as "synchronousNames",
      pg_is_in_recovery() as "isStandby",
      (extract(epoch from clock_timestamp()) * 1000)::float8 as time,
      pg_database_size(current_database()) as "databaseBytes",
      (select sum(pg_total_relation_size(c.oid)) from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relkind = 'r') as "storeBytes"`,
    [schema],
  )
  if (row === undefined) throw new Error('the settings are one row')
  return row
}

const versionFindings = ({ version, number }: ServerRow): ReadonlyArray<Finding> => {
  const major = Math.floor(number / 10_000)
  return [
    major < OLDEST_SUPPORTED
      ? advised(
          'version',
          `PostgreSQL ${version}, which gets no fixes any more`,
          `upgrade to PostgreSQL ${OLDEST_SUPPORTED} or later`,
        )
      : sound('version', `PostgreSQL ${version}`),
    // https://www.postgresql.org/docs/release/14.4/
    major === 14 && number < 140_004
      ? urgent(
          'bugs',
          'this version can damage an index that CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY makes',
          'upgrade to the newest 14, then make such indexes again',
        )
      : sound('bugs', 'this version has no known bug that touches a log'),
  ]
}

const durabilityFindings = ({
  fsync,
  fullPageWrites,
  synchronousCommit,
  checksums,
}: ServerRow): ReadonlyArray<Finding> => [
  fsync === 'off'
    ? urgent(
        'durability',
        'fsync is off, so a power cut can damage the database',
        'set fsync = on in postgresql.conf, and reload the server',
      )
    : fullPageWrites === 'off'
      ? urgent(
          'durability',
          'full_page_writes is off, so a power cut can damage a page',
          'set full_page_writes = on in postgresql.conf, and reload the server',
        )
      : sound(
          'durability',
          `fsync is on, synchronous_commit is ${synchronousCommit}${
            synchronousCommit === 'off' ? ', and the store turns it on for each append' : ''
          }: an append is on disk when it is answered`,
        ),
  ...(checksums === 'off'
    ? [
        advised(
          'durability',
          'data_checksums is off, so a damage of the disk can stay unseen',
          'run pg_checksums --enable while the server is stopped',
        ),
      ]
    : []),
]

const replicaFinding = async (
  query: Query,
  { isStandby, synchronousNames }: ServerRow,
): Promise<Finding> => {
  if (isStandby) {
    return sound('replicas', 'this server is a standby: it serves readers, and lags as it replays')
  }
  const [row] = await query<ReplicaRow>(
    `select count(*) filter (where state = 'streaming')::int as streaming,
      count(*) filter (where sync_state in ('sync', 'quorum'))::int as synchronous,
      (extract(epoch from max(replay_lag)))::float8 as "lagSeconds"
    from pg_stat_replication`,
  )
  const { streaming = 0, synchronous = 0, lagSeconds = null } = row ?? {}
  if (streaming === 0) {
    return advised(
      'replicas',
      'no standby is connected, so a lost disk loses what was written since the last backup',
      'add a standby, or archive the WAL; take backups with clientfold backup',
    )
  }
  const lag = lagSeconds === null ? '' : `, up to ${Math.round(lagSeconds * 1000)} ms behind`
  const found = `${streaming} standby servers are connected, ${synchronous} of them synchronous${lag}`
  return synchronousNames === ''
    ? advised(
        'replicas',
        `${found}; a failover can lose the last appends`,
        'set synchronous_standby_names if no append may be lost by a failover',
      )
    : sound('replicas', found)
}

/** The oldest transaction of the server that has an id, in whichever database it is. */
const transactionFinding = async (query: Query): Promise<Finding> => {
  const [oldest] = await query<TransactionRow>(
    `select pid, database::text as database,
      extract(epoch from clock_timestamp() - since)::float8 as seconds
    from (
      select pid, datname as database, xact_start as since, backend_xid as xid
      from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
      union all select null, database, prepared, transaction from pg_prepared_xacts
    ) open order by age(xid) desc limit 1`,
  )
  if (oldest === undefined) return sound('transactions', 'no writing transaction is open')
  const { pid, database, seconds } = oldest
  const age = seconds === null ? 'for an unknown time' : `for ${Math.round(seconds)} s`
  const found = `the oldest writing transaction is open ${age}, in the database ${database}`
  if (seconds !== null && seconds < LONGEST_TRANSACTION_SECONDS) return sound('transactions', found)
  const end =
    pid === null
      ? 'end it: COMMIT PREPARED or ROLLBACK PREPARED, with its name in pg_prepared_xacts'
      : `end it: select pg_terminate_backend(${pid})`
  return urgent('transactions', `${found}; followers wait for it`, end)
}

/** What there is to say of a PostgreSQL server, its settings and a schema on it. */
export const diagnosePostgres = async (
  query: Query,
  schema: string,
): Promise<ReadonlyArray<Finding>> => {
  const askedAt = Date.now()
  const server = await readServer(query, schema)
  const answeredAt = Date.now()
  const { time, storeBytes, databaseBytes } = server
  return [
    ...versionFindings(server),
    ...durabilityFindings(server),
    await replicaFinding(query, server),
    await transactionFinding(query),
    clockFinding(time, askedAt, answeredAt),
    sound('schema', `the tables of ${schema} have version ${SCHEMA_VERSION}`),
    advised(
      'disk',
      `the store takes ${byteText(Number(storeBytes))} of ${byteText(Number(databaseBytes))} of its database`,
      'look at the free space on the machine of the server, which shows it to no client',
    ),
  ]
}
