import type { Command } from 'commander'
import { eventText } from '../events/encode-event.js'
import { startPipeWatch } from './closed-pipe.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeOption, type StoreArguments } from './store-url.js'

interface FollowArguments extends StoreArguments {
  readonly fromStart?: true
}

const run = ({ store: url, fromStart }: FollowArguments): Promise<number> =>
  withStore(url, { mustExist: true }, async (store) => {
    const output = standardOutput()
    const after = fromStart === true ? undefined : await store.lastPosition()
    const readerGone = new AbortController()
    const stopWatch = await startPipeWatch(() => {
      readerGone.abort()
    })
    try {
      for await (const { event } of store.follow({ after, signal: readerGone.signal })) {
        // Each line is written at once, because its reader may be waiting for it.
        if (!(await output.write(`${eventText(event)}\n`))) break
      }
    } finally {
      stopWatch()
    }
    await output.done()
    return EXIT.ok
  })

/** `clientfold follow`. */
export const addFollow = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('follow')
    .summary('write new events of a store as they are recorded')
    .description(
      'Writes each event that any process records in a store, as one line (NDJSON). It runs until Ctrl-C, or until the reader of its output is gone.',
    )
    .addOption(storeOption())
    .option('--from-start', 'begin with the first event of the store instead of the next new one')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold follow --store sqlite:clients.db | grep \'"session.revoked"\'',
        exitCodes: {
          0: 'the reader of the output is gone',
          2: STORE_FAILED,
          130: 'ended by Ctrl-C',
        },
      }),
    )
    .action(async (options: FollowArguments) => {
      setExitCode(await run(options))
    })
}
