import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { advised, byteText, sound, urgent, type Finding } from '../../event-store/finding.js'
import type { Connection } from './connection.js'
import type { SqliteDatabase } from './driver.js'
import { FIRST_SAFE_WAL, hasSafeWal, sqliteVersion } from './durability.js'
import { SCHEMA_VERSION, valueOf } from './schema.js'

/** The names of SQLite for the values of `synchronous`. */
const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'] as const

/** Numbers of file systems of a network, by Linux (statfs(2)). Their locks can fail. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x5346414f, 'AFS'],
])

/** Below so much free space, the next hours of writes can fill the disk. */
const LEAST_FREE_BYTES = 1_000_000_000

const bugsFinding = (database: SqliteDatabase, journal: string): Finding => {
  const safe = FIRST_SAFE_WAL.join('.')
  if (hasSafeWal(database)) return sound('bugs', 'this version has no known bug that touches a log')
  const bug = `this version of SQLite can corrupt a WAL file that several connections use (fixed in ${safe})`
  return journal === 'wal'
    ? urgent('bugs', bug, `use Node 24 or another driver with SQLite ${safe} or later`)
    : sound('bugs', `${bug}, so the store keeps a rollback journal`)
}

const durabilityFinding = (
  database: SqliteDatabase,
  journal: string,
  mayWrite: boolean,
): Finding => {
  const how = journal === 'wal' ? 'a write-ahead log' : `a rollback journal (${journal})`
  if (!mayWrite) {
    return sound('durability', `the file has ${how}; this process only reads it`)
  }
  const level = SYNCHRONOUS[Number(valueOf(database.prepare('PRAGMA synchronous')))] ?? 'unknown'
  return level === 'FULL' || level === 'EXTRA'
    ? sound('durability', `${how}, synchronous=${level}: an append is on disk when it is answered`)
    : urgent(
        'durability',
        `${how}, synchronous=${level}: a power cut can take back an append`,
        'let no other program change the settings of the handle that the store uses',
      )
}

const diskFindings = async (path: string): Promise<ReadonlyArray<Finding>> => {
  if (path === '') {
    return [
      urgent(
        'disk',
        'the database is in memory, and lost with this process',
        'open the store on a file',
      ),
    ]
  }
  const fileBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const { type, bavail, bsize } = await statfs(dirname(path))
  const freeBytes = bavail * bsize
  const space = `the file takes ${byteText(fileBytes)}, and ${byteText(freeBytes)} are free`
  const network = NETWORK_FILE_SYSTEMS.get(type)
  return [
    freeBytes < LEAST_FREE_BYTES
      ? urgent('disk', space, 'free space on the disk, or move the file to a larger one')
      : freeBytes < fileBytes
        ? advised(
            'disk',
            space,
            'free space before the next scrub, which needs as much as the file takes',
          )
        : sound('disk', space),
    ...(network === undefined
      ? []
      : [
          urgent(
            'disk',
            `the file is on a network file system (${network}), which breaks the locks of SQLite`,
            'move the file to a local disk, or use PostgreSQL',
          ),
        ]),
  ]
}

/** What there is to say of a SQLite file and its settings. */
export const diagnoseSqlite = async (connection: Connection): Promise<ReadonlyArray<Finding>> => {
  const { database } = connection
  let path = ''
  const settings = await connection.read(() => {
    const [main] = database.prepare('PRAGMA database_list').all() as ReadonlyArray<{ file: string }>
    path = main?.file ?? ''
    const journal = String(valueOf(database.prepare('PRAGMA journal_mode')))
    const version = Number(valueOf(database.prepare('PRAGMA user_version')))
    return [
      sound('version', `SQLite ${sqliteVersion(database)}`),
      bugsFinding(database, journal),
      durabilityFinding(database, journal, connection.mayWrite),
      sound('schema', `the tables have version ${version} of ${SCHEMA_VERSION}`),
    ]
  })
  return [...settings, ...(await diskFindings(path))]
}
