const SAID = /^(SQLite|WASI) is an experimental feature/

/**
 * Keeps Node from warning that parts of it are young, as some versions do on stderr: that they are
 * used is this package's choice, and whoever runs a command can do nothing about it.
 */
export const silenceYoungFeatures = (): void => {
  const emitWarning = process.emitWarning.bind(process) as (...said: unknown[]) => void
  process.emitWarning = (...said: unknown[]): void => {
    if (!SAID.test(String(said[0]))) emitWarning(...said)
  }
}
