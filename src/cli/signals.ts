import { EXIT } from './exit-code.js'
import { removeUnfinished } from './output.js'

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const

const exitAt = (signal: keyof typeof CODES) => (): never => {
  removeUnfinished()
  process.exit(CODES[signal])
}

const exits = { SIGINT: exitAt('SIGINT'), SIGTERM: exitAt('SIGTERM') }

/** A signal ends the process at once, and leaves nothing half-written behind. */
export const exitAtSignals = (): void => {
  process.once('SIGINT', exits.SIGINT)
  process.once('SIGTERM', exits.SIGTERM)
}

/** Waits for a signal, which ends nothing by itself. The next one ends the process at once. */
export const nextSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.off('SIGINT', exits.SIGINT)
    process.off('SIGTERM', exits.SIGTERM)
    const goOn = (): void => {
      process.off('SIGINT', goOn)
      process.off('SIGTERM', goOn)
      exitAtSignals()
      resolve()
    }
    process.on('SIGINT', goOn)
    process.on('SIGTERM', goOn)
  })
