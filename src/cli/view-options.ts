import { Option, type Command } from 'commander'
import { parseTime } from './time-argument.js'

/** Adds the options that say from which moments Clients are looked at: a `View`. */
export const addViewOptions = (command: Command): Command =>
  command
    .option('--at <TIME>', 'read statuses by the clock: what has expired by then', parseTime)
    .option(
      '--as-of <TIME>',
      'what was true then, as is known today; sets the clock too, unless --at does',
      parseTime,
    )
    .option('--known-at <TIME>', 'what was known then', parseTime)
    .addOption(
      new Option('--revoked <WHICH>', 'list revoked sessions, or leave them out')
        .choices(['keep', 'drop'])
        .default('keep'),
    )

/** What TIME means, for the help of each command that takes one. */
export const TIME_HELP = `
TIME is epoch milliseconds or ISO 8601 (UTC unless it names a zone), such as 2026-05-28T08:00:00Z.
`
