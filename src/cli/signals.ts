import { EXIT } from './exit-code.js'
import { removeUnfinished } from './output.js'

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const

const exitAt = (signal: keyof typeof CODES) => (): never => {
  removeUnfinished()
  process.exit(CODES[signal])
}

const exits = { SIGINT: exitAt('SIGINT'), SIGTERM: exitAt('SIGTERM') }

/** From now on a signal ends the process at once; unfinished files are removed. */
export const exitAtSignals = (): void => {
  process.once('SIGINT', exits.SIGINT)
  process.once('SIGTERM', exits.SIGTERM)
}

/** Waits for one signal without ending the process. The signal after it ends the process at once. */
export const nextSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.off('SIGINT', exits.SIGINT)
    process.off('SIGTERM', exits.SIGTERM)
    const onSignal = (): void => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
      exitAtSignals()
      resolve()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
