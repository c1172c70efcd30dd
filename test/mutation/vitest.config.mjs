import { configDefaults, defineConfig } from 'vitest/config'
import { AREA } from './areas.mjs'

export default defineConfig({
  test: {
    include: AREA.tests,
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts', ...AREA.without],
    setupFiles: ['test/mutation/bound-properties.ts'],
    env: { CLIENTFOLD_FORGERIES: '300' },
    // Modules are loaded once for each mutant instead of once for each file of tests.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
