import { EXIT } from './exit-code.js'
import { openArchive } from './archive-file.js'
import { CommandFailure } from './command-failure.js'
import { countOf, damagedText, startReductionProgress } from './reduction-report.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { protectedStoreFiles } from './protected-files.js'

/** How to compact a store. */
export interface CompactStoreArguments {
  readonly store: string
  /** Epoch milliseconds. */
  readonly before: number
  readonly archive?: string | undefined
}

/**
 * Refuses a moment in the future: until it came, every question about the past would be refused.
 *
 * @throws CommandFailure if it is in the future.
 */
export const checkPast = (option: string, moment: number): void => {
  if (moment <= Date.now()) return
  throw new CommandFailure(`${option} is in the future: give a moment that has passed`)
}

/** Compacts a store, and answers the exit code. */
export const compactStore = ({
  store: url,
  before,
  archive,
}: CompactStoreArguments): Promise<number> => {
  checkPast('--before', before)
  return withStore(url, { mustExist: true }, async (store) => {
    const file =
      archive === undefined ? undefined : await openArchive(archive, await protectedStoreFiles(url))
    const progress = startReductionProgress()
    try {
      const result = await store.compact(before, {
        archive: file?.append,
        onProgress: progress.update,
      })
      progress.end()
      const output = standardOutput()
      await output.write(
        `dropped ${countOf(result.events, 'event')} of ${countOf(result.clients, 'client')}; questions about moments before ${new Date(before).toISOString()} are refused from now on\n` +
          damagedText(result.damaged),
      )
      await output.done()
      return result.damaged === 0 ? EXIT.ok : EXIT.refused
    } finally {
      progress.end()
      await file?.close()
    }
  })
}
