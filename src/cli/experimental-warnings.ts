const EXPERIMENTAL = /^(SQLite|WASI) is an experimental feature/

/**
 * Suppresses Node's warnings on stderr about `node:sqlite` and WASI. This package chose to use them, so
 * the person who runs a command can do nothing about the warning. All other warnings are shown.
 */
export const silenceExperimentalWarnings = (): void => {
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void
  process.emitWarning = (...args: unknown[]): void => {
    if (!EXPERIMENTAL.test(String(args[0]))) emitWarning(...args)
  }
}
