import { describe, expect, it } from 'vitest'
import { parseStoreUrl } from '../../src/cli/store-url.js'

describe('the URL of a store', () => {
  it.each([
    ['sqlite:clients.db', 'clients.db'],
    ['sqlite:./data/clients.db', './data/clients.db'],
    ['sqlite:../a b?c#d%20.db', '../a b?c#d%20.db'],
    ['sqlite:/var/clients.db', '/var/clients.db'],
    ['sqlite:///var/clients.db', '/var/clients.db'],
    ['sqlite:C:\\clients.db', 'C:\\clients.db'],
  ])('%s names the file %s', (url, path) => {
    expect(parseStoreUrl(url)).toEqual({ engine: 'sqlite', path })
  })

  it.each([
    'postgres://host/database',
    'postgresql://role:secret@host:5432/database?sslmode=require',
    'postgres:///database?host=/var/run/postgresql',
  ])('%s goes to PostgreSQL as it is', (url) => {
    expect(parseStoreUrl(url)).toEqual({ engine: 'postgres', url })
  })

  it.each(['mysql://role:secret@host/database', 'postgres://role:secret@host:x/database'])(
    '%s is refused without being quoted',
    (url) => {
      expect(() => parseStoreUrl(url)).toThrow('--store takes sqlite:PATH or postgres://')
      expect(() => parseStoreUrl(url)).not.toThrow('secret')
    },
  )
})
