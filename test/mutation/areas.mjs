/**
 * The folders whose tests are tested by mutation: how many percent of their mutants must be found, and the
 * tests that may find them. Long properties are left out where examples find the same mutants.
 */
export const AREAS = [
  {
    name: 'events',
    folder: 'src/events',
    percent: 92,
    tests: ['test/events/**/*.test.ts'],
    without: [],
  },
  {
    name: 'domain',
    folder: 'src/domain',
    percent: 92,
    tests: ['test/{domain,projections}/**/*.test.ts', 'test/testing/compaction-laws.test.ts'],
    without: ['test/projections/{user-agent,sessions,device-laws}.test.ts'],
  },
  {
    name: 'projections',
    folder: 'src/projections',
    percent: 92,
    tests: ['test/projections/**/*.test.ts'],
    without: ['test/projections/device-laws.test.ts'],
  },
  {
    name: 'kit',
    folder: 'src/stores/kit',
    percent: 85,
    tests: ['test/stores/kit/**/*.test.ts', 'test/contract/memory.test.ts'],
    without: [],
  },
  {
    name: 'views',
    folder: 'src/views',
    percent: 85,
    tests: ['test/views/**/*.test.ts', 'test/clients/**/*.test.ts'],
    without: [],
  },
  {
    name: 'webhooks',
    folder: 'src/webhooks',
    percent: 85,
    tests: ['test/webhooks/**/*.test.ts'],
    without: [],
  },
]

/** The area that a run is about. */
export const AREA = AREAS.find(({ name }) => name === process.env.CLIENTFOLD_MUTATION_AREA)
