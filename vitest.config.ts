import { configDefaults, defineConfig } from 'vitest/config'

/** Tests that kill and trace processes, fill disks or start many: `npm run test:slow`. */
const SLOW = ['test/**/*.slow.test.ts']

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
