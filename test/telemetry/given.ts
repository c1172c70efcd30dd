import type { PrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'

/** One line of a scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy

/** The samples of the text format of Prometheus. Throws at any other line. */
export const samplesIn = (text: string): ReadonlyArray<Sample> =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? []
      const pairs = [...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [key, text])
      const written = pairs.map(([key, text]) => `${key}="${text}"`).join(',')
      if (name === '' || written !== labels) throw new Error(`not a sample: ${line}`)
      return {
        name,
        labels: Object.fromEntries(pairs) as Record<string, string>,
        value: Number(value),
      }
    })

/** The names of the metrics, from the lines that say their types. */
export const metricNamesIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)

/** The values of a metric by the values of its labels, joined with spaces; `''` without labels. */
export const valuesOf = (text: string, name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    samplesIn(text)
      .filter((sample) => sample.name === name)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  )

/** The figures in a scrape, by their names. */
export const figuresIn = async (
  telemetry: PrometheusTelemetry,
): Promise<Readonly<Record<string, number>>> => {
  const samples = samplesIn(await telemetry.metrics())
  const plain = samples.filter(({ name, labels }) => {
    return Object.keys(labels).length === 0 && !/_(total|sum|count)$/.test(name)
  })
  return Object.fromEntries(
    plain.map(({ name, value }) => [name.replace('clientfold_', ''), value]),
  )
}
