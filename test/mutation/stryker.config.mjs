import { AREA } from './areas.mjs'

/** Some files of the area only, with commas between them: the least percentage does not apply then. */
const files = process.env.CLIENTFOLD_MUTATION_FILES

/** One area at a time: the tests of other areas would only cost time. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.mjs', related: false },
  mutate: files === undefined ? [`${AREA.folder}/**/*.ts`] : files.split(','),
  thresholds: { high: 100, low: AREA.percent, break: files === undefined ? AREA.percent : null },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.CLIENTFOLD_MUTATION_PROCESSES ?? 2),
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 15,
  // A run goes on where the last one left off, and tries again only what a change concerns.
  incremental: true,
  incrementalFile: `.mutation/${AREA.name}.json`,
  tempDirName: `.mutation/${AREA.name}`,
  ignorePatterns: ['/dist', '/docs', '/etc', '/bench', '/.mutation'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `.mutation/${AREA.name}-report.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
}
