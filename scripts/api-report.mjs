// Writes what each entry point exports to etc/, or, with --check, fails if etc/ is not up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const isCheck = process.argv.includes('--check')
const folder = resolve('etc')
mkdirSync(folder, { recursive: true })

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = Object.entries(exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path, { types }]) => ({
    types: resolve(types),
    name: path === '.' ? 'clientfold' : path.slice('./'.length),
  }))

/** Messages for a package with one report, whose answer this script gives itself. */
const QUIET = /^console-(preamble|compiler-version-notice|api-report-.*)$/

/** Writes or checks the report of one entry point. False if it was checked and is not up to date. */
const report = ({ name, types }) => {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: resolve('package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: resolve('.'),
      mainEntryPointFilePath: types,
      compiler: { tsconfigFilePath: resolve('tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: folder,
        reportTempFolder: resolve('node_modules/.cache/api-report'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: 'warning' } },
        extractorMessageReporting: {
          default: { logLevel: 'warning' },
          // Another entry point exports the type. The test of the entry points checks that.
          'ae-forgotten-export': { logLevel: 'none' },
          // Every export is public, and keys may explain themselves.
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: !isCheck,
    messageCallback: (message) => {
      if (QUIET.test(message.messageId)) message.logLevel = 'none'
    },
  })
  if (!succeeded) throw new Error(`the API report of ${name} cannot be made`)
  return !(isCheck && apiReportChanged)
}

const outdated = entries.filter((entry) => !report(entry)).map(({ name }) => `${name}.api.md`)
const files = new Set(entries.map(({ name }) => `${name}.api.md`))
const superfluous = readdirSync(folder).filter((file) => !files.has(file))
if (!isCheck) for (const file of superfluous) rmSync(join(folder, file))
else if (outdated.length + superfluous.length > 0) {
  console.error(
    `The public API changed: etc/ is not up to date (${[...outdated, ...superfluous].join(', ')}).
If the change is intended, run "npm run api" and commit etc/.`,
  )
  process.exitCode = 1
}
