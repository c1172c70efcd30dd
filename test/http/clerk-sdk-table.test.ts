import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { someClients } from './given.js'
import { callEveryMethod, type SdkMethod } from './sdk-methods.js'

/** The methods that are answered as Clerk answers them. `clerk-sdk.test.ts` compares the answers. */
const READS = [
  'clients.getClientList',
  'clients.getClient',
  'sessions.getSessionList',
  'sessions.getSession',
]

const rowOf = ({ name, requests }: SdkMethod): string => {
  const sent = requests.map(({ request }) => `\`${request}\``).sort()
  return `| \`${name}\` | ${sent.join(', ')} | ${READS.includes(name) ? 'as Clerk' : '501'} |`
}

/** The rows of the table in the guide, without the spaces that align its columns. */
const rowsOfGuide = (): ReadonlyArray<string> =>
  readFileSync('docs/guides/clerk-sdk.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.replace(/ +/g, ' '))

const methods = await callEveryMethod(await someClients())

describe("the table of Clerk's SDK", () => {
  it('the table has a row for each method that the SDK has, with its requests and the answer', () => {
    expect(rowsOfGuide()).toEqual(methods.map(rowOf))
  })

  it('each method of the SDK sends a request here, so that no row is a guess', () => {
    expect(methods.length).toBeGreaterThan(150)
    expect(methods.filter(({ requests }) => requests.length === 0)).toEqual([])
  })

  it('each method that is not read from the log is answered 501, and never 404', () => {
    const others = methods.filter(({ name }) => !READS.includes(name))
    expect(others).toHaveLength(methods.length - READS.length)
    const wrong = others.filter(({ requests }) => requests.some(({ status }) => status !== 501))
    expect(wrong).toEqual([])
  })
})
