import type { Figures, FigureSourceName, FigureSources } from './figures.js'

/** How long figures are waited for. A scrape of Prometheus waits for 10 s unless it is configured otherwise. */
const PATIENCE_MS = 2000

/** Reads figures on demand. */
export interface FigureReader {
  readonly open: (sources: FigureSources) => () => void
  /**
   * The figures now. One that cannot be read in time, or that is still being read for an earlier question, is
   * left out: a figure of before would hide that something is wrong. Questions at the same time share one reading.
   */
  readonly read: () => Promise<Figures>
}

/**
 * Creates a reader of figures.
 *
 * @param onFailure - called with each source that gave no figures
 */
export const createFigureReader = (
  onFailure: (source: FigureSourceName) => void,
  patienceMilliseconds = PATIENCE_MS,
): FigureReader => {
  let opened: FigureSources | undefined
  let reading: Promise<Figures> | undefined
  const unfinished = new Set<FigureSourceName>()

  const readSource = async (source: FigureSourceName, sources: FigureSources): Promise<Figures> => {
    if (unfinished.has(source)) throw new Error('the figures of an earlier question are still read')
    unfinished.add(source)
    let timeout: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timeout = setTimeout(() => {
        reject(new Error('the figures were not read in time'))
      }, patienceMilliseconds)
    })
    const figures = Promise.resolve()
      .then(sources[source])
      .finally(() => unfinished.delete(source))
    return Promise.race([figures, late]).finally(() => {
      clearTimeout(timeout)
    })
  }
  const readAll = async (): Promise<Figures> => {
    const sources = opened
    if (sources === undefined) return {}
    const read = (Object.keys(sources) as FigureSourceName[]).map((source) =>
      readSource(source, sources).catch(() => {
        onFailure(source)
        return {}
      }),
    )
    return Object.assign({}, ...(await Promise.all(read))) as Figures
  }
  return {
    open: (sources) => {
      if (opened !== undefined) {
        throw new TypeError('this telemetry belongs to other open clients: create one for each')
      }
      opened = sources
      return () => {
        opened = undefined
      }
    },
    read: () =>
      (reading ??= readAll().finally(() => {
        reading = undefined
      })),
  }
}
