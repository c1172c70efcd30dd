import { Option, type Command } from 'commander'
import { parseTime } from './time-argument.js'

/** How statuses are shown unless a moment is given: by the clock of now, or as recorded. */
export type StatusesShown = 'now' | 'recorded'

const clockOption = (unlessGiven: StatusesShown): Option =>
  unlessGiven === 'now'
    ? new Option(
        '--at <TIME>',
        'show the statuses at this moment, now unless given: sessions that expired by then read expired; "recorded" shows them as recorded',
      ).argParser((text) => (text === 'recorded' ? text : parseTime(text)))
    : new Option(
        '--at <TIME>',
        'show the statuses at this moment, as recorded unless given: sessions that expired by then read expired',
      ).argParser(parseTime)

/** Adds the options that choose the moments of a question: by which clock, what was true then, what was known then. */
export const addMomentOptions = (command: Command, unlessGiven: StatusesShown): Command =>
  command
    .addOption(clockOption(unlessGiven))
    .option(
      '--as-of <TIME>',
      'show what was true at this moment, as known today; also sets --at, unless --at is given',
      parseTime,
    )
    .option(
      '--known-at <TIME>',
      'use only what was recorded by this moment; goes together with --as-of and --at',
      parseTime,
    )

/** Adds the options of a `ClientQuery`: at which moment, and with which knowledge, Clients are shown. */
export const addClientQueryOptions = (command: Command, unlessGiven: StatusesShown): Command =>
  addMomentOptions(command, unlessGiven).addOption(
    new Option('--revoked <WHICH>', 'keep revoked sessions in the list, or drop them')
      .choices(['keep', 'drop'])
      .default('keep'),
  )

/** What TIME means, for the help of each command that takes one. */
export const TIME_HELP = `TIME is a date and time of ISO 8601, such as 2026-05-28T08:00:00Z (in UTC unless
it names a time zone), or a number: milliseconds since 1970, or seconds if it is
below 100000000000.`
