import { configDefaults, defineConfig } from 'vitest/config'

/** What kills processes, traces them, fills disks, and starts many: `npm run test:slow`, not a part of every loop. */
const SLOW = [
  'test/cli/memory.test.ts',
  'test/cli/spared.test.ts',
  'test/cli/store-commands.test.ts',
  'test/cli/store-postgres.test.ts',
  'test/deliveries/*.test.ts',
  'test/layers.test.ts',
  'test/stores/postgres-crash.test.ts',
  'test/stores/postgres-erase.test.ts',
  'test/stores/postgres-full.test.ts',
  'test/stores/postgres-order.test.ts',
  'test/stores/sqlite/*.test.ts',
]

/** `only` the slow ones, `too`, or else none of them. */
const slow = process.env.CLIENTFOLD_SLOW

export default defineConfig({
  test: {
    include: slow === 'only' ? SLOW : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(slow === undefined ? SLOW : [])],
    // Most of the time is spent waiting, for processes and servers that the tests start.
    maxWorkers: 3,
    // What the tests import is loaded once by each of them: a quarter of the whole time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
