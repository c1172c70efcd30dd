import { afterAll, describe, expect, it } from 'vitest'
import { checkLaws, type LawsReport } from '../../src/testing/index.js'
import { LAW_MATRIX } from './handlers/law-matrix.js'
import { handlerOf } from './handlers/plain-handler.js'
import { signedHandler } from './handlers/signed-handler.js'
import { queueingHandler } from './handlers/stored-handler.js'
import { WRONG_HANDLERS } from './handlers/wrong-handlers.js'

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1)
/**
 * `CLIENTFOLD_LAW_DEFAULTS=yes`: at default settings, as users check their handlers. Otherwise a busy machine does not
 * cut off the stories: over HTTP those that four seconds allow on another machine are enough.
 */
const IS_DEFAULT = process.env.CLIENTFOLD_LAW_DEFAULTS === 'yes'
const CORRECT_SEEDS = Number(process.env.CLIENTFOLD_LAW_SEEDS ?? 100)

/** The names of the laws that every report has found. */
const foundInAll = (reports: ReadonlyArray<LawsReport>): ReadonlyArray<string> => {
  const [first, ...others] = reports.map(({ broken }) => broken.map(({ name }) => name))
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)))
}

/** What was found of a wrong handler, at most over all seeds. */
interface Finding {
  readonly name: string
  readonly seconds: number
  readonly events: number
  readonly characters: number
}

const findingOf = (
  name: string,
  reports: ReadonlyArray<LawsReport>,
  seconds: ReadonlyArray<number>,
): Finding => {
  const broken = reports.flatMap((report) => report.broken)
  return {
    name,
    seconds: Math.max(...seconds),
    events: Math.max(...broken.map(({ story }) => story.events.length)),
    characters: Math.max(...broken.map(({ text }) => text.length)),
  }
}

const tableText = (findings: ReadonlyArray<Finding>): string =>
  [
    `the most that a wrong handler takes in ${SEEDS.length} seeds`,
    'seconds  events  characters  a handler that',
    ...findings.map(({ name, seconds, events, characters }) =>
      [
        seconds.toFixed(1).padStart(7),
        String(events).padStart(6),
        String(characters).padStart(10),
        name,
      ].join('  '),
    ),
  ].join('\n')

describe('wrong handlers', () => {
  const findings: Finding[] = []
  // No test judges the seconds: a busy machine takes longer.
  afterAll(() => {
    console.log(tableText(findings))
  })

  it.each(Object.entries(WRONG_HANDLERS).map(([name, make]) => ({ name, make })))(
    'a handler that $name is found in each of 20 seeds, by the laws of the matrix, on 3 events at most',
    { timeout: 600_000 },
    async ({ name, make }) => {
      const settings = IS_DEFAULT
        ? {}
        : { numRuns: name.includes('HTTP') ? 60 : 200, maxSeconds: 60 }
      const reports: LawsReport[] = []
      const seconds: number[] = []
      for (const seed of SEEDS) {
        const start = performance.now()
        reports.push(await checkLaws(make(), { seed, ...settings }))
        seconds.push((performance.now() - start) / 1000)
      }
      findings.push(findingOf(name, reports, seconds))
      expect([...foundInAll(reports)].sort()).toEqual([...(LAW_MATRIX[name] ?? [])].sort())
      for (const { story, text } of reports.flatMap(({ broken }) => broken)) {
        expect(story.events.length).toBeLessThanOrEqual(3)
        expect(text.length).toBeLessThanOrEqual(600)
      }
    },
  )
})

describe('correct handlers', () => {
  it.each([
    { name: 'in memory', make: handlerOf },
    { name: 'that queues deliveries', make: queueingHandler },
    { name: 'that verifies signatures', make: signedHandler },
  ])(
    `a correct handler $name breaks no law in ${CORRECT_SEEDS} seeds`,
    { timeout: 3_600_000 },
    async ({ name, make }) => {
      let broken = 0
      for (let seed = 1; seed <= CORRECT_SEEDS; seed++) {
        broken += (await checkLaws(make(), { seed, numRuns: 10 })).broken.length
      }
      console.log(`a correct handler ${name}: ${broken} broken laws in ${CORRECT_SEEDS} seeds`)
      expect(broken).toBe(0)
    },
  )
})
