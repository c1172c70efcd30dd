/**
 * Imports run one way:
 *
 *     events <- domain <- projections <- clients <- webhooks <- http <- cli     clients <- clerk <- cli
 *     event-store <- stores, clients        replay <- cli        testing: all but cli and http
 *
 * A layer may import itself and the layers listed for it, and no other.
 */
const LAYERS = {
  events: [],
  domain: ['events'],
  projections: ['domain', 'events'],
  replay: ['projections', 'domain', 'events'],
  'event-store': ['events'],
  stores: ['event-store', 'events'],
  clients: ['event-store', 'projections', 'domain', 'events'],
  webhooks: ['clients', 'event-store', 'events'],
  http: ['webhooks', 'clients', 'event-store', 'projections', 'events'],
  clerk: ['clients', 'event-store', 'projections', 'domain', 'events'],
  testing: ['clients', 'stores', 'event-store', 'replay', 'projections', 'domain', 'events'],
  cli: [
    'http',
    'clerk',
    'webhooks',
    'clients',
    'stores',
    'event-store',
    'testing',
    'replay',
    'projections',
    'domain',
    'events',
  ],
}

const oneWay = Object.entries(LAYERS).map(([layer, below]) => ({
  name: `${layer}-imports-only-${below.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...below].join('|')})/` },
}))

const only = (name, packageName, home) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: `node_modules/${packageName}/` },
})

export default {
  forbidden: [
    ...oneWay,
    {
      name: 'every-folder-is-a-layer',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/((${Object.keys(LAYERS).join('|')})/|(index|algebra)\\.ts$)`,
      },
      to: {},
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-stands-alone',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts)/' },
    },
    only('io-ts-lives-in-events', 'io-ts', '^src/events/'),
    only('fast-check-lives-in-testing', 'fast-check', '^src/testing/'),
    only('pg-lives-in-its-store', 'pg', '^src/stores/postgres/'),
    only('libsql-lives-in-its-store', 'libsql', '^src/stores/sqlite/'),
    only('standardwebhooks-lives-in-webhooks', 'standardwebhooks', '^src/webhooks/'),
    only('hono-lives-in-http', '(hono|@hono)', '^src/http/'),
    only('command-line-packages-live-in-cli', '(commander|cli-progress|cli-table3)', '^src/cli/'),
    {
      name: 'the-command-line-needs-no-fast-check',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: 'node_modules/fast-check/', reachable: true },
    },
    {
      name: 'pure-layers-do-no-io',
      severity: 'error',
      from: { path: '^src/(domain|projections)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-runner-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/vitest/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
}
