import type { Command } from 'commander'
import { eventText } from '../events/encode-event.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { watchReader } from './reader.js'
import { storeOption, type StoreArguments } from './store-url.js'

interface FollowArguments extends StoreArguments {
  readonly fromStart?: true
}

const run = ({ store: url, fromStart }: FollowArguments): Promise<number> =>
  withStore(url, { mustExist: true }, async (store) => {
    const output = standardOutput()
    const after = fromStart === true ? undefined : await store.lastPosition()
    const nobodyReads = new AbortController()
    const stopWatching = await watchReader(() => {
      nobodyReads.abort()
    })
    try {
      for await (const { event } of store.follow({ after, signal: nobodyReads.signal })) {
        // Each at once: somebody may be waiting for it.
        if (!(await output.write(`${eventText(event)}\n`))) break
      }
    } finally {
      stopWatching()
    }
    await output.done()
    return EXIT.ok
  })

/** `clientfold follow`. */
export const addFollow = (program: Command, end: (code: number) => void): void => {
  program
    .command('follow')
    .summary('write the events of a store as they come')
    .description(
      'Writes each event that comes into a store as a line (NDJSON), whichever process records it, until Ctrl-C or until nobody reads any more.',
    )
    .addOption(storeOption())
    .option('--from-start', 'begin with everything that is there')
    .addHelpText(
      'after',
      '\nExit codes: 0 nobody reads any more, 130 Ctrl-C, 2 wrong usage or a failure of the store.',
    )
    .action(async (options: FollowArguments) => {
      end(await run(options))
    })
}
