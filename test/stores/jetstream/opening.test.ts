import {
  jetstreamManager,
  StorageType,
  StoreCompression,
  type StreamConfig,
} from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../src/event-store/store-error.js'
import { openJetStreamStore } from '../../../src/stores/jetstream/index.js'
import { parseJetStreamUrl } from '../../../src/stores/jetstream/url.js'
import { describeWithNats } from './given.js'
import { hasNats, NatsServer, olderBinaries } from './server.js'

/** The reason and the sentence with which a store is not opened. */
const refusalOf = async (url: string, create = true): Promise<string> => {
  try {
    await (await openJetStreamStore({ url, create })).close()
  } catch (error) {
    if (error instanceof StoreUnavailable) return `${error.reason}: ${error.message}`
    throw error
  }
  return 'it was opened'
}

const createStream = async (
  server: NatsServer,
  config: Partial<StreamConfig> & { readonly name: string },
): Promise<void> => {
  const nc = await connect({ servers: `127.0.0.1:${server.port}` })
  const manager = await jetstreamManager(nc)
  const { name } = config
  await manager.streams.add({
    subjects: [`${name}.e.*`, `${name}.l.*.*.*`, `${name}.p`],
    allow_direct: true,
    allow_atomic: true,
    ...config,
  })
  await nc.close()
}

describe('the URL of a JetStream store', () => {
  it('names the servers, the stream and how safe they are', () => {
    expect(parseJetStreamUrl('nats://app:s%40crt@one:4222,two:4222/CLIENTS?sync=always')).toEqual({
      servers: ['one:4222', 'two:4222'],
      user: 'app',
      password: 's@crt',
      credentials: undefined,
      system: undefined,
      stream: 'CLIENTS',
      replicas: 1,
      syncsAlways: true,
    })
    expect(parseJetStreamUrl('nats://one:4222/CLIENTS').replicas).toBe(3)
    expect(parseJetStreamUrl('nats://one/A?system=sys:p%25%3Aw').system).toMatchObject({
      user: 'sys',
      password: 'p%:w',
    })
    expect(parseJetStreamUrl('nats://one/A?system=sys.creds').system?.credentials).toBe('sys.creds')
  })

  it.each([
    ['nats://one:4222', 'is invalid: write nats://host:port,host:port/STREAM'],
    ['nats://one:4222/A.B', 'is invalid: write nats://host:port,host:port/STREAM'],
    ['nats://one:4222/A?fast=1', 'has a parameter fast that the store does not know: remove it'],
    ['nats://one:4222/A?replicas=9', 'has invalid replicas: write a number from 1 to 5'],
    [
      'nats://one:4222/A?system=sys',
      'has an invalid system: write system=user:password or system=FILE.creds',
    ],
    [
      'nats://one:4222/A?sync=never',
      'has an invalid sync: write sync=always if the server has sync_interval: always',
    ],
  ])('%s is refused with what to write', (url, message) => {
    expect(() => parseJetStreamUrl(url)).toThrow(message)
  })
})

describeWithNats('NATS', (server) => {
  it.each<[string, Partial<StreamConfig>, string]>([
    ['MEMORY', { storage: StorageType.Memory }, 'is in memory'],
    ['PLAIN', { allow_atomic: false }, 'set allow_atomic'],
    ['PRESSED', { compression: StoreCompression.S2 }, 'is compressed'],
    ['OLD', { max_age: 86_400_000_000_000 }, 'deletes old events'],
    ['NODIRECT', { allow_direct: false }, 'set allow_direct'],
  ])('a stream that could lose an event is refused: %s', async (name, config, problem) => {
    await createStream(server(), { name, ...config })
    expect(await refusalOf(server().url(name))).toMatch(
      new RegExp(`^denied: the stream ${name} .*${problem}`),
    )
  })

  it('one replica is refused unless the URL says that the server syncs always', async () => {
    await createStream(server(), { name: 'ONE' })
    expect(await refusalOf(server().url('ONE', ''))).toMatch(/^denied: .* has one replica/)
    expect(await refusalOf(server().url('ONE'))).toBe('it was opened')
  })

  it('a stream with three replicas is not created on one server', async () => {
    expect(await refusalOf(server().url('THREE', ''))).toMatch(/^unreachable: .*no replicas/)
  })

  it('a missing store is not created if the caller does not want it', async () => {
    expect(await refusalOf(server().url('NOWHERE'), false)).toBe(
      'missing: there is no stream NOWHERE',
    )
  })

  it('where no server answers, the message says so', async () => {
    expect(await refusalOf('nats://127.0.0.1:1/A')).toBe('unreachable: no NATS server answers')
  })
})

const ACCOUNTS = [
  'accounts {',
  '  SYS { users: [{ user: sys, password: s }] }',
  '  APP { jetstream: enabled, users: [{ user: app, password: a }] }',
  '}',
  'system_account: SYS',
]

describe.skipIf(!hasNats)('what the system account shows of a server', () => {
  const urlOf = ({ port }: NatsServer, system: string): string =>
    `nats://app:a@127.0.0.1:${port}/A?sync=always${system}`

  it('confirms that the server syncs always, and the store says so', async () => {
    const server = await NatsServer.start({ lines: ACCOUNTS })
    try {
      const store = await openJetStreamStore(urlOf(server, '&system=sys:s'))
      const findings = await store.diagnose()
      await store.close()
      expect(findings.find(({ topic }) => topic === 'durability')).toMatchObject({
        action: null,
        found: 'the stream is in files, and each server syncs every write',
      })
      expect(await refusalOf(urlOf(server, '&system=app:a'))).toMatch(
        /^denied: the user of system in the URL does not belong to the system account/,
      )
      expect(await refusalOf(urlOf(server, '&system=sys:wrong'))).toMatch(/^denied: /)
    } finally {
      await server.stop()
    }
  })

  it('refuses a server that does not sync always, although the URL says so', async () => {
    const server = await NatsServer.start({ lines: ACCOUNTS, syncsAlways: false })
    try {
      expect(await refusalOf(urlOf(server, '&system=sys:s'))).toMatch(
        /^denied: the URL says sync=always, but the server \S+ syncs its disk only now and then/,
      )
      expect(await refusalOf(urlOf(server, ''))).toBe('it was opened')
    } finally {
      await server.stop()
    }
  })
})

describe.skipIf(!hasNats)('an older server', () => {
  it.each(olderBinaries)(
    'NATS $version is refused, because it writes no batches',
    async (binary) => {
      const server = await NatsServer.start({ binary, syncsAlways: false })
      try {
        expect(await refusalOf(server.url('A'))).toMatch(
          /^denied: the NATS server has version 2\.\d+\.\d+, .*: use 2\.12 or later$/,
        )
      } finally {
        await server.stop()
      }
    },
  )

  it.runIf(process.env.CI === 'true')('the continuous integration has NATS 2.9 and 2.10', () => {
    const minors = olderBinaries.map(({ version }) => version.split('.').slice(0, 2).join('.'))
    expect(minors).toEqual(expect.arrayContaining(['2.9', '2.10']))
  })
})
