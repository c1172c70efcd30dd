import type { Command } from 'commander'
import { helpFooter } from './help-footer.js'
import type { VerifyArguments } from './verify-run.js'

/** `clientfold verify`. */
export const addVerify = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('verify')
    .summary('check every law and invariant on the events of a log')
    .description(
      'Checks on a real log that Clients do not depend on the order of events or on duplicates: it folds the events in other orders, with duplicates, split and joined, and at several moments, and checks every law of the fold and every invariant of a Client. It names each law that is broken, the clients that break it, and the fewest lines of the log that do. It notes what no log should contain although it breaks no law, such as a session under several clients.',
    )
    .argument('[FILE...]', 'logs to read; - or no FILE means standard input')
    .option('--rejects <FILE>', 'write refused lines to FILE, byte for byte')
    .option('--refused-fails', 'exit with 1 also if only a line was refused')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold verify log.ndjson',
        exitCodes: {
          0: 'every law holds',
          1: 'a law is broken, or a line was refused with --refused-fails',
        },
      }),
    )
    .action(async (files: string[], options: VerifyArguments) => {
      const { run } = await import('./verify-run.js')
      setExitCode(await run(files, options))
    })
}
