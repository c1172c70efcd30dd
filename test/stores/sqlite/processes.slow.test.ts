import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, everything, linesOf, newPath, startChild } from './given.js'

const PROCESSES = 4
const CONTENDERS_OF_EACH = 16
const ROUNDS = 20

describe.each(DRIVERS)('the SQLite store on %s in several processes', (driver) => {
  it('of 64 appends in four processes for one revision, one wins', async () => {
    const path = await newPath()
    const children = Array.from({ length: PROCESSES }, (_, index) =>
      startChild([
        'contend',
        path,
        driver,
        `process_${index}`,
        String(CONTENDERS_OF_EACH),
        String(ROUNDS),
      ]),
    )
    const wins = (await Promise.all(children.map(linesOf))).flat()
    expect(children.map(({ exitCode }) => exitCode)).toEqual(children.map(() => 0))
    const rounds = wins.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b)
    expect(rounds).toEqual(Array.from({ length: ROUNDS }, (_, round) => round))

    const store = await openSqliteStore({ path, driver })
    const revisions = (await store.readClient('client_1')).map(({ revision }) => revision)
    await store.close()
    expect(revisions).toEqual(rounds.map((round) => round + 1))
  })

  it('a follower reads the events that another handle appends', async () => {
    const path = await newPath()
    const [reader, writer] = [
      await openSqliteStore({ path, driver, pollMilliseconds: 10 }),
      await openSqliteStore({ path, driver }),
    ]
    const ending = new AbortController()
    const ids: Array<string | undefined> = []
    const following = (async () => {
      for await (const { event } of reader.follow({ signal: ending.signal })) {
        ids.push(event.id)
        if (ids.length === 3) ending.abort()
      }
    })()
    for (const id of ['a', 'b', 'c']) {
      await writer.record([aSessionEvent({}, { id })])
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    await following
    expect(ids).toEqual(['a', 'b', 'c'])
    expect(await everything(reader)).toHaveLength(3)
    await reader.close()
    await writer.close()
  })
})
