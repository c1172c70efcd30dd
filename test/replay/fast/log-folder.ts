import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { fileSource, type LogSource } from '../../../src/replay/source.js'

/** A folder for logs. */
export interface LogFolder {
  readonly path: string
  /** A source named `log`, read from a file with these bytes. */
  readonly fileWith: (name: string, bytes: Uint8Array) => Promise<LogSource>
}

/** Creates a folder that is removed after the tests of the file. */
export const givenLogFolder = (): LogFolder => {
  const path = mkdtempSync(join(tmpdir(), 'clientfold-'))
  afterAll(() => {
    rmSync(path, { recursive: true })
  })
  return {
    path,
    fileWith: async (name, bytes) => {
      writeFileSync(join(path, name), bytes)
      return { ...(await fileSource(join(path, name))), name: 'log' }
    },
  }
}
