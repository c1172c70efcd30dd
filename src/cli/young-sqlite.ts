const SAID = 'SQLite is an experimental feature'

/**
 * Keeps Node from warning that its SQLite is young, as some versions do on stderr: which driver is
 * used is the store's choice, and whoever runs a command can do nothing about it.
 */
export const silenceYoungSqlite = (): void => {
  const emitWarning = process.emitWarning.bind(process) as (...said: unknown[]) => void
  process.emitWarning = (...said: unknown[]): void => {
    if (!String(said[0]).startsWith(SAID)) emitWarning(...said)
  }
}
