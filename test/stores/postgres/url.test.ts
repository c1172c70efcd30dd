import { chmodSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { accepted, anEvent, describeWithPostgres, idsIn, refusalOf, rejectionOf } from './given.js'

describe('the parameters of a PostgreSQL URL', () => {
  it.each([
    {
      parameter: 'mode=ro',
      sentence: 'has a parameter mode that the store does not know: remove it',
    },
    { parameter: 'pa%20ss=1', sentence: 'has a parameter that the store does not know: remove it' },
    { parameter: 'schema=a&schema=b', sentence: 'has schema twice' },
    {
      parameter: 'schema=A',
      sentence: 'has an invalid schema: write 1 to 63 characters of a-z, 0-9 and _',
    },
    {
      parameter: 'connect_timeout=soon',
      sentence: 'has an invalid connect_timeout: write a number of seconds',
    },
  ])('$parameter is refused, and the message quotes no value', async ({ parameter, sentence }) => {
    expect(await refusalOf(`postgres://app:secret@127.0.0.1:1/app?${parameter}`)).toBe(
      `unreachable: the URL of the PostgreSQL store ${sentence}`,
    )
  })
})

describeWithPostgres('the parameters of a PostgreSQL URL with a server', (server) => {
  it('schema chooses the schema, and parameters of libpq reach the server', async () => {
    const database = await server().newDatabase()
    const url = `${server().url(database)}?schema=tenant_a&application_name=my%20service&options=-c%20work_mem%3D8MB&connect_timeout=3&sslmode=disable`
    const store = await openPostgresStore(url)
    accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
    const client = await server().connect(database)
    const { rows } = await client.query(
      `select distinct application_name as name from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name <> ''`,
    )
    expect(rows).toEqual([{ name: 'my service' }])
    const { rows: stored } = await client.query('select event_key from tenant_a.events')
    expect(stored).toEqual([{ event_key: 'msg_1' }])
    const other = await openPostgresStore(server().url(database))
    expect(await idsIn(other)).toEqual([])
    expect(await rejectionOf(openPostgresStore({ url, schema: 'tenant_b' }))).toBeInstanceOf(
      TypeError,
    )
    await Promise.all([client.end(), store.close(), other.close()])
  })

  it('where the server has no TLS, the error says so and names the settings', async () => {
    expect(await refusalOf(`${server().url()}?sslmode=require`)).toBe(
      'unreachable: the PostgreSQL server has no TLS: set ssl = on in its postgresql.conf, or sslmode=disable in the URL',
    )
  })

  it('where the certificate is of no known authority, the error names the certificate and the setting', async () => {
    const folder = server().data
    server().runProgram('/usr/bin/env', [
      ...['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'],
      ...['-subj', '/CN=elsewhere.example', '-keyout', `${folder}/server.key`],
      ...['-out', `${folder}/server.crt`],
    ])
    chmodSync(`${folder}/server.key`, 0o600)
    await server().run('postgres', 'alter system set ssl = on', 'select pg_reload_conf()')
    const url = `${server().url()}?sslmode=verify-full`
    await expect
      .poll(() => refusalOf(url))
      .toBe(
        'unreachable: the certificate of the PostgreSQL server is not signed by a known authority: name the root certificate with sslrootcert=FILE in the URL (DEPTH_ZERO_SELF_SIGNED_CERT)',
      )
    expect(await refusalOf(`${url}&sslrootcert=${folder}/server.crt`)).toBe(
      'unreachable: the certificate of the PostgreSQL server names another host: connect to a host that it names, or renew ssl_cert_file of the server (ERR_TLS_CERT_ALTNAME_INVALID)',
    )
    expect(await refusalOf(`${url}&sslrootcert=${folder}/missing.crt`)).toBe(
      'denied: the file of sslrootcert, sslcert or sslkey in the URL cannot be read (ENOENT)',
    )
    const store = await openPostgresStore(`${server().url()}?sslmode=no-verify`)
    expect(await idsIn(store)).toEqual([])
    await store.close()
  })
})
