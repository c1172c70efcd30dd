import type { Command } from 'commander'
import { checkPast } from './compact-store.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { countOf, damagedText, startReductionProgress } from './reduction-report.js'
import { storeOption, type StoreArguments } from './store-url.js'
import { parseTime } from './time-argument.js'
import { TIME_HELP } from './moment-options.js'

interface ForgetArguments extends StoreArguments {
  readonly overBefore: number
}

const KEPT =
  'the bytes stay in the files until a scrub: clientfold scrub; backups keep them until they expire\n'

const run = ({ store: url, overBefore }: ForgetArguments): Promise<number> => {
  checkPast('--over-before', overBefore)
  return withStore(url, { mustExist: true }, async (store) => {
    const progress = startReductionProgress()
    try {
      const result = await store.forget(overBefore, { onProgress: progress.update })
      progress.end()
      const output = standardOutput()
      await output.write(
        `forgot ${countOf(result.sessions, 'session')} of ${countOf(result.clients, 'client')}: deleted or rewrote ${countOf(result.events, 'event')}\n${KEPT}` +
          damagedText(result.damaged),
      )
      await output.done()
      return result.damaged === 0 ? EXIT.ok : EXIT.refused
    } finally {
      progress.end()
    }
  })
}

/** `clientfold forget`. */
export const addForget = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('forget')
    .summary('forget sessions of a store that were over before a moment, permanently')
    .description(
      'Forgets sessions that had ended or were removed before a moment, and those that would have expired or been abandoned before it: deletes their events, and takes them out of observations. Clients without other sessions are deleted whole. It does not ask for confirmation and cannot be undone. Later events about forgotten sessions are refused. Events can be recorded meanwhile. It can be interrupted and called again. clientfold scrub then makes the files smaller.',
    )
    .addOption(storeOption())
    .requiredOption(
      '--over-before <TIME>',
      'forget sessions that were over before this moment',
      parseTime,
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold forget --over-before 2025-05-28 --store sqlite:clients.db',
        exitCodes: {
          0: 'all such sessions are forgotten',
          1: 'clients with damaged events were left as they are',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (options: ForgetArguments) => {
      setExitCode(await run(options))
    })
}
