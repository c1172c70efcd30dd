/** What a diagnosis looks at. */
export type FindingTopic =
  /** The version of the database. */
  | 'version'
  /** Known bugs of that version. */
  | 'bugs'
  /** Whether what is acknowledged outlives a power cut. */
  | 'durability'
  /** Whether something can be written now. */
  | 'writing'
  /** Other servers that have a copy. */
  | 'replicas'
  /** The oldest open transaction, for which followers wait. */
  | 'transactions'
  /** The clock of the server, compared with that of this process. */
  | 'clock'
  /** The tables or streams of the store. */
  | 'schema'
  /** Free space, and the space that the store takes. */
  | 'disk'
  /** How far views are behind the log. */
  | 'lag'

/** One thing that a diagnosis has looked at. */
export interface Finding {
  readonly topic: FindingTopic
  /** What was found, as a sentence without a full stop. It names no value of an event. */
  readonly found: string
  /** What an operator can do, as a sentence without a full stop; null if there is nothing to do. */
  readonly action: string | null
  /** Whether the action must be done: otherwise events can be lost, or others wait. */
  readonly isUrgent: boolean
}

/** Nothing has to be done. */
export const sound = (topic: FindingTopic, found: string): Finding => ({
  ...{ topic, found },
  ...{ action: null, isUrgent: false },
})

/** Something would be better otherwise. */
export const advised = (topic: FindingTopic, found: string, action: string): Finding => ({
  ...{ topic, found, action },
  isUrgent: false,
})

/** Something must be done. */
export const urgent = (topic: FindingTopic, found: string, action: string): Finding => ({
  ...{ topic, found, action },
  isUrgent: true,
})

/** A difference of clocks up to this one is usual between machines. */
const MOST_CLOCK_DIFFERENCE_MS = 1000

/**
 * What two clocks say. The clock of each process gives `recorded_at`, so questions about what was known at a
 * moment need clocks that agree.
 *
 * @param askedAt - by the clock of this process, when the server was asked
 * @param answeredAt - when its answer came
 */
export const clockFinding = (serverTime: number, askedAt: number, answeredAt: number): Finding => {
  const difference = Math.max(0, askedAt - serverTime, serverTime - answeredAt)
  if (difference <= MOST_CLOCK_DIFFERENCE_MS) {
    return sound('clock', 'the clocks of the server and of this machine agree to a second')
  }
  const seconds = Math.round(difference / 1000)
  return urgent(
    'clock',
    `the clocks of the server and of this machine differ by ${seconds} s`,
    'let both machines take the time from NTP',
  )
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const

/** A number of bytes for people. */
export const byteText = (bytes: number): string => {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** unit
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}
