/** What a figure is. */
interface FigureDescription {
  /** In the notation of OpenTelemetry (https://ucum.org): `s`, or what is counted. */
  readonly unit: 's' | '{delivery}' | '{erasure}' | '{event}' | '{reader}'
  readonly description: string
}

/** The figures that are read on demand, by their names. */
export const FIGURES = {
  'quarantine.deliveries': {
    unit: '{delivery}',
    description: 'Deliveries in the quarantine.',
  },
  'quarantine.oldest.age': {
    unit: 's',
    description: 'How long ago the oldest delivery in the quarantine was received; 0 without any.',
  },
  'erasures.pending': { unit: '{erasure}', description: 'Scheduled erasures of users.' },
  'erasures.overdue': {
    unit: 's',
    description: 'For how long the first scheduled erasure is overdue; 0 if none is.',
  },
  'oldest_transaction.age': {
    unit: 's',
    description:
      'How long the oldest transaction has been open for whose end followers in order wait; 0 without any.',
  },
  'views.behind': {
    unit: '{event}',
    description: 'Events of the log that the kept views lack, counted up to 100.',
  },
  'changes.readers': {
    unit: '{reader}',
    description: 'Open readers of changes in this process, streams of HTTP among them.',
  },
  'changes.lag': {
    unit: 's',
    description:
      'How old is what the slowest of these readers knows; a few seconds are usual, 0 without any.',
  },
} as const satisfies Readonly<Record<string, FigureDescription>>

/** The name of a figure. */
export type FigureName = keyof typeof FIGURES

/** Figures with their values; seconds for a time. A figure that does not exist here is absent. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>

/** Where figures come from. */
export type FigureSourceName = 'quarantine' | 'erasures' | 'transactions' | 'views' | 'changes'

/** How figures are read, by their sources. */
export type FigureSources = Readonly<Record<FigureSourceName, () => Promise<Figures>>>
