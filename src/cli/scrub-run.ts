import { EXIT } from './exit-code.js'
import { standardOutput } from './output.js'
import type { ViewsArguments } from './views-option.js'
import { scrubWithViews, withStoreAndViews } from './views-store.js'

/** Runs `clientfold scrub`, and answers its exit code. */
export const run = (urls: ViewsArguments): Promise<number> =>
  withStoreAndViews(urls, { mustExist: true }, async (store, viewsStore) => {
    await scrubWithViews(store, viewsStore)
    const output = standardOutput()
    await output.write(
      'no byte of what was erased is left in the files; backups keep them until they expire\n',
    )
    await output.done()
    return EXIT.ok
  })
