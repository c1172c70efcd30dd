import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most of the time is spent waiting, for processes and servers that the tests start.
    maxWorkers: 3,
    // What the tests import is loaded once by each of them: a quarter of the whole time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
