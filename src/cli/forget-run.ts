import { checkPast } from './compact-store.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { countOf, damagedText, startReductionProgress } from './reduction-report.js'
import { type StoreArguments } from './store-url.js'

/** The arguments of `clientfold forget`. */
export interface ForgetArguments extends StoreArguments {
  readonly overBefore: number
}

const KEPT =
  'the bytes stay in the files until a scrub: clientfold scrub; backups keep them until they expire\n'

/** Runs `clientfold forget`, and answers its exit code. */
export const run = ({ store: url, overBefore }: ForgetArguments): Promise<number> => {
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
