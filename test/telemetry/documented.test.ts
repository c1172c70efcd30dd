import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FIGURES } from '../../src/telemetry/figures.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import type { DeliveryWord } from '../../src/telemetry/delivery-word.js'
import { metricNamesIn } from './given.js'

const guide = readFileSync('docs/guides/operating.md', 'utf8')
const dashboard = readFileSync('docs/grafana/clientfold.json', 'utf8')

/** Each outcome once: the compiler finds one that is missing here or unknown. */
const OUTCOMES: Readonly<Record<DeliveryWord, true>> = {
  recorded: true,
  duplicate: true,
  ignored: true,
  erased: true,
  'user-erased': true,
  'erasure-scheduled': true,
  'erasure-called-off': true,
  conflict: true,
  quarantined: true,
  unavailable: true,
  failed: true,
  'refused-headers': true,
  'refused-id': true,
  'refused-timestamp': true,
  'refused-too-old': true,
  'refused-too-new': true,
  'refused-signature': true,
  'refused-body-already-read': true,
  'refused-body': true,
  'refused-too-large': true,
  'refused-not-genuine': true,
}

/** The first columns of the rows of a section, whose names are in back quotes. */
const rowsOf = (heading: string): ReadonlyArray<string> => {
  const [, section = ''] = guide.split(`## ${heading}\n`)
  const [rows = ''] = section.split(/^## /m)
  return [...rows.matchAll(/^\| (`.*?) *\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
}

const served = async (): Promise<ReadonlyArray<string>> =>
  [...metricNamesIn(await (await createPrometheusTelemetry()).metrics())].sort()

describe('the guide to operating', () => {
  it('its table has each metric that is served, and no other', async () => {
    expect([...rowsOf('Prometheus')].sort()).toEqual(await served())
  })

  it('its labels are those of the metrics', async () => {
    const { default: client } = await import('prom-client')
    const registry = new client.Registry()
    await createPrometheusTelemetry({ registry })
    for (const metric of await registry.getMetricsAsJSON()) {
      const row = new RegExp(`^\\| \`${metric.name}\` *\\|([^|]*)\\|`, 'm').exec(guide)
      const documented = [...(row?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label)
      const single = registry.getSingleMetric(metric.name) as unknown as {
        readonly labelNames: ReadonlyArray<string>
      }
      expect(documented, metric.name).toEqual(single.labelNames)
    }
  })

  it('its table has each outcome of a delivery, and no other', () => {
    expect([...rowsOf('Outcomes')].sort()).toEqual(Object.keys(OUTCOMES).sort())
  })
})

describe('the dashboard of Grafana', () => {
  const { panels } = JSON.parse(dashboard) as {
    readonly panels: ReadonlyArray<{ readonly targets: ReadonlyArray<{ readonly expr: string }> }>
  }

  it('each metric that it names is served, and each that is served is on it', async () => {
    const named = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/clientfold_\w+/g)].map(([name]) => name)),
    )
    const names = new Set(named.map((name) => name.replace(/(?<=_seconds)_bucket$/, '')))
    expect([...names].sort()).toEqual(await served())
  })

  it('it has no place of a data source of its author', () => {
    expect(dashboard).not.toMatch(/"uid": "(?!clientfold"|\$\{datasource\}")/)
  })
})

it('each figure has a gauge', async () => {
  const gauges = (await served()).map((name) => name.replace(/_seconds$/, ''))
  for (const figure of Object.keys(FIGURES)) {
    expect(gauges).toContain(`clientfold_${figure.replaceAll('.', '_')}`)
  }
})
