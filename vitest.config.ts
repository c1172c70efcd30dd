import { configDefaults, defineConfig } from 'vitest/config'

/** They kill and trace processes, fill disks or start many: only the modes `slow` and `deep` run them. */
const SLOW = 'test/**/*.slow.test.ts'

/** How often the tests try in the mode `deep`. A variable of the same name overrides each of them. */
const DEEP = {
  CLIENTFOLD_MODEL_RUNS: '100000',
  CLIENTFOLD_MUTATIONS: '1000000',
  CLIENTFOLD_HUGE_BYTES: '2200000000',
  CLIENTFOLD_FORGERIES: '100000',
  CLIENTFOLD_GAP_EVENTS: '100000',
  CLIENTFOLD_DELIVERIES: '100000',
  CLIENTFOLD_SERVED_DELIVERIES: '20000',
  CLIENTFOLD_CRASH_ROUNDS: '1000',
  CLIENTFOLD_LAW_SEEDS: '1000',
  CLIENTFOLD_MAINTENANCE_KILLS: '100',
  CLIENTFOLD_CLUSTER_ROUNDS: '50',
  CLIENTFOLD_WORKER_KILLS: '100',
  CLIENTFOLD_WORKER_EVENTS: '200000',
}

const overridden = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, process.env[name] ?? value]),
  )

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(mode === 'slow' || mode === 'deep' ? [] : [SLOW])],
    env: mode === 'deep' ? overridden(DEEP) : {},
    // Most of the time is spent waiting for processes and servers that the tests start.
    maxWorkers: 3,
    // Modules are loaded once for each worker instead of once for each file: this saves a quarter of the time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}))
