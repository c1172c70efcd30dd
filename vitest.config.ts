import { configDefaults, defineConfig } from 'vitest/config'

/** What kills processes, fills disks and builds trees: `npm run test:slow`, not a part of every loop. */
const SLOW = [
  'test/cli/spared.test.ts',
  'test/deliveries/*.test.ts',
  'test/layers.test.ts',
  'test/stores/postgres-crash.test.ts',
  'test/stores/postgres-full.test.ts',
  'test/stores/sqlite/crash.test.ts',
]

const isSlow = process.env.CLIENTFOLD_SLOW === '1'

export default defineConfig({
  test: {
    include: isSlow ? SLOW : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(isSlow ? [] : SLOW)],
    // Most of the time is spent waiting, for processes and servers that the tests start.
    maxWorkers: 3,
    // What the tests import is loaded once by each of them: a quarter of the whole time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
