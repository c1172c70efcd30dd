/**
 * Imports run in one direction:
 *
 *     events <- domain <- projections <- clients <- webhooks <- http <- cli     clients <- clerk <- cli
 *     event-store, domain <- stores; event-store <- views, clients; views <- clients        replay <- cli
 *     event-store <- telemetry <- views, clients, webhooks, http, cli
 *     clients <- guard                          projections <- inspect <- http, cli
 *     testing imports all layers except cli and http
 *
 * A file may import its own layer and the layers that are listed for it, and no other layer.
 */
const LAYERS = {
  events: [],
  domain: ['events'],
  projections: ['domain', 'events'],
  replay: ['projections', 'domain', 'events'],
  'event-store': ['events'],
  stores: ['event-store', 'domain', 'events'],
  telemetry: ['event-store', 'events'],
  views: ['telemetry', 'event-store', 'projections', 'domain', 'events'],
  clients: ['views', 'telemetry', 'event-store', 'projections', 'domain', 'events'],
  webhooks: ['clients', 'telemetry', 'event-store', 'events'],
  inspect: ['projections', 'domain', 'events'],
  http: [
    'webhooks',
    'clients',
    'views',
    'telemetry',
    'event-store',
    'inspect',
    'projections',
    'events',
  ],
  guard: ['clients', 'event-store', 'projections', 'domain', 'events'],
  clerk: ['clients', 'event-store', 'projections', 'domain', 'events'],
  testing: [
    'clients',
    'views',
    'stores',
    'event-store',
    'replay',
    'projections',
    'domain',
    'events',
  ],
  cli: [
    'http',
    'inspect',
    'clerk',
    'webhooks',
    'clients',
    'views',
    'telemetry',
    'stores',
    'event-store',
    'testing',
    'replay',
    'projections',
    'domain',
    'events',
  ],
}

const onlyLowerLayers = Object.entries(LAYERS).map(([layer, below]) => ({
  name: `${layer}-imports-only-${below.join('-') || 'its-own-layer'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...below].join('|')})/` },
}))

const onlyImportedIn = (name, packageName, folder) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: folder },
  to: { path: `node_modules/${packageName}/` },
})

export default {
  forbidden: [
    ...onlyLowerLayers,
    {
      name: 'every-folder-of-src-is-a-layer',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/((${Object.keys(LAYERS).join('|')})/|(index|algebra)\\.ts$)`,
      },
      to: {},
    },
    { name: 'no-circular-import', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-imports-only-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts)/' },
    },
    onlyImportedIn('io-ts-only-in-events', 'io-ts', '^src/events/'),
    onlyImportedIn('bowser-only-in-projections', 'bowser', '^src/projections/'),
    onlyImportedIn('fast-check-only-in-testing', 'fast-check', '^src/testing/'),
    onlyImportedIn('pg-only-in-the-postgres-store', 'pg', '^src/stores/postgres/'),
    onlyImportedIn('nats-only-in-the-jetstream-store', '@nats-io', '^src/stores/jetstream/'),
    onlyImportedIn('libsql-only-in-the-sqlite-store', 'libsql', '^src/stores/sqlite/'),
    onlyImportedIn('standardwebhooks-only-in-webhooks', 'standardwebhooks', '^src/webhooks/'),
    onlyImportedIn('hono-only-in-http', '(hono|@hono)', '^src/http/'),
    onlyImportedIn('prom-client-only-in-prometheus', 'prom-client', '^src/telemetry/prometheus/'),
    onlyImportedIn(
      'opentelemetry-only-in-opentelemetry',
      '@opentelemetry',
      '^src/telemetry/opentelemetry/',
    ),
    onlyImportedIn('preact-only-in-the-page', 'preact', '^src/inspect/page/'),
    {
      // The page runs in a browser: only its own build imports it.
      name: 'the-page-is-imported-nowhere',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/inspect/page/' },
      to: { path: '^src/inspect/page/' },
    },
    {
      name: 'the-page-uses-no-module-of-node',
      severity: 'error',
      from: { path: '^src/inspect/page/' },
      to: { path: '^(node:)?(buffer|crypto|fs|os|path|process|stream|url)(/|$)', reachable: true },
    },
    onlyImportedIn(
      'command-line-packages-only-in-cli',
      '(commander|cli-progress|string-width)',
      '^src/cli/',
    ),
    {
      // `torture` loads it when it runs, and says how to install it. The others load it only when `torture` runs.
      name: 'cli-never-loads-fast-check',
      severity: 'error',
      from: {
        path: '^src/cli/',
        pathNot: '^src/cli/(main|program|torture-command|torture-run)\\.ts$',
      },
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
    { name: 'every-import-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
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
