import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aHandler, ask, inMemory } from './given.js'

/** The paths that read, and which rows of the guide's table are about each of them. */
const PATHS: ReadonlyArray<{ readonly path: string; readonly rows: ReadonlyArray<string> }> = [
  { path: '/v1/clients', rows: ['all but `/v1/changes`', 'both lists'] },
  { path: '/v1/clients/client_1', rows: ['all but `/v1/changes`'] },
  { path: '/v1/sessions', rows: ['all but `/v1/changes`', 'both lists', '`/v1/sessions`'] },
  { path: '/v1/sessions/sess_1', rows: ['all but `/v1/changes`'] },
  {
    path: '/v1/users/user_1/devices',
    rows: ['all but `/v1/changes`', '`/v1/users/{id}/devices`'],
  },
  { path: '/v1/changes', rows: ['`/v1/changes`'] },
]

/** The parameters in the table of the guide, by what its first column says. */
const parametersInGuide = (): ReadonlyMap<string, ReadonlyArray<string>> => {
  const [, table = ''] = readFileSync('docs/guides/http.md', 'utf8').split(/^\| path .*\n.*\n/m)
  const byPath = new Map<string, string[]>()
  let path = ''
  for (const line of table.slice(0, table.indexOf('\n\n')).split('\n')) {
    const [, first = '', second = ''] = line.split('|').map((cell) => cell.trim())
    path = first === '' ? path : first
    const [, name = second] = /^`(\w+)`/.exec(second) ?? []
    byPath.set(path, [...(byPath.get(path) ?? []), name])
  }
  return byPath
}

/** The parameters that a path understands, as its refusal of another one lists them. */
const parametersOf = async (path: string): Promise<ReadonlyArray<string>> => {
  const { status, text } = await ask(aHandler(inMemory()), `${path}?unknown_one=1`)
  expect(status).toBe(422)
  const [, names = ''] = /It understands ([\w, ]+)\./.exec(text) ?? []
  return names.split(', ')
}

describe('the parameters in the guide to HTTP', () => {
  const inGuide = parametersInGuide()

  it.each(PATHS)('the guide names each parameter of $path, and no other one', async (about) => {
    const named = about.rows.flatMap((row) => inGuide.get(row) ?? [])
    expect(named.toSorted()).toEqual((await parametersOf(about.path)).toSorted())
  })

  it('each row of the guide is about a path', () => {
    const known = new Set(PATHS.flatMap(({ rows }) => rows))
    expect([...inGuide.keys()].filter((row) => !known.has(row))).toEqual([])
  })
})
