import type { StreamInfo } from '@nats-io/jetstream'
import {
  advised,
  byteText,
  clockFinding,
  sound,
  urgent,
  type Finding,
} from '../../event-store/finding.js'
import type { AccountSpace } from './connection.js'
import type { Log } from './log.js'

const NANOSECONDS_OF_SECOND = 1_000_000_000

const bugsFinding = (version: string): Finding =>
  version === '2.15.1'
    ? advised(
        'bugs',
        'after a restore of the stream, this version takes ids again that the stream holds, until it is restarted; it does not do so now, which each opening tries',
        'restart the servers after each restore of a stream',
      )
    : sound('bugs', 'this version has no known bug that touches a log')

const durabilityFinding = (
  { config }: StreamInfo,
  { syncsAlways, isSyncKnown }: Pick<Log, 'syncsAlways' | 'isSyncKnown'>,
): Finding => {
  if (isSyncKnown) {
    return sound('durability', 'the stream is in files, and each server syncs every write')
  }
  return syncsAlways
    ? advised(
        'durability',
        'the stream is in files; by the URL, each server syncs always, which only the system account can see',
        'add system=user:password of the system account to the URL, and it is checked at each opening',
      )
    : sound(
        'durability',
        `the stream is in files on ${config.num_replicas} servers, of which most have an append before it is answered`,
      )
}

const replicaFinding = (name: string, { config, cluster }: StreamInfo): Finding => {
  const replicas = cluster?.replicas ?? []
  if (config.num_replicas < 2) {
    return advised(
      'replicas',
      `${name} has one replica, so a lost disk loses what was written since the last backup`,
      'use three servers and three replicas, or take backups with clientfold backup',
    )
  }
  const late = replicas.filter(({ current, offline }) => offline || !current)
  if (cluster?.leader === undefined || cluster.leader === '') {
    return urgent(
      'replicas',
      `${name} has no leader`,
      'start the servers that are down: most of them must run',
    )
  }
  if (late.length === 0) {
    return sound('replicas', `${name} has ${config.num_replicas} replicas, all of them current`)
  }
  const seconds = Math.max(...late.map(({ active }) => active)) / NANOSECONDS_OF_SECOND
  return urgent(
    'replicas',
    `${late.length} of ${config.num_replicas} replicas of ${name} are not current, for up to ${Math.round(seconds)} s`,
    'start the servers that are down, or wait until they have caught up; no other one may stop meanwhile',
  )
}

/** Below this part of its limit, an account is nearly full. */
const LEAST_FREE_PART = 0.1

const diskFinding = ({ usedBytes, mostBytes }: AccountSpace): Finding => {
  const used = `the streams of the account take ${byteText(usedBytes)}`
  if (mostBytes === undefined) {
    return advised(
      'disk',
      `${used}, without a limit`,
      'look at the free space on the machines of the servers, which show it to no client',
    )
  }
  const found = `${used} of the ${byteText(mostBytes)} that it may take`
  return mostBytes - usedBytes < mostBytes * LEAST_FREE_PART
    ? urgent('disk', found, 'raise the limit of the account, or compact the log')
    : sound('disk', found)
}

/** What there is to say of the servers and streams of a store. */
export const diagnoseJetStream = async (
  { connection, syncsAlways, isSyncKnown }: Log,
  streams: readonly [log: string, notes: string],
): Promise<ReadonlyArray<Finding>> => {
  const askedAt = Date.now()
  const log = await connection.info(streams[0])
  const answeredAt = Date.now()
  const notes = await connection.info(streams[1])
  const { messages, num_subjects: subjects = 0, bytes } = log.state
  return [
    sound('version', `NATS ${connection.version()}`),
    bugsFinding(connection.version()),
    durabilityFinding(log, { syncsAlways, isSyncKnown }),
    replicaFinding(streams[0], log),
    replicaFinding(streams[1], notes),
    clockFinding(Date.parse(log.ts ?? ''), askedAt, answeredAt),
    sound(
      'schema',
      `${streams[0]} has ${messages} messages on ${subjects} subjects, in ${byteText(bytes)}`,
    ),
    diskFinding(await connection.space()),
  ]
}
