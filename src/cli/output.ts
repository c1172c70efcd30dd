import { once } from 'node:events'
import { unlinkSync } from 'node:fs'
import { open, realpath, rename, stat } from 'node:fs/promises'
import { systemReason } from '../replay/system-reason.js'

/** A place to write to. */
export interface Output {
  /** False once nobody reads any more: then there is no use in writing on. */
  readonly write: (data: string | Uint8Array) => Promise<boolean>
  /** Everything is written: a file now gets its name. */
  readonly done: () => Promise<void>
  /** Something went wrong: a file leaves nothing behind. */
  readonly discard: () => Promise<void>
}

/** The file could not be written. The system's error is the `cause`. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed'

  constructor(path: string, cause: unknown) {
    super(`cannot write ${path}: ${systemReason(cause)}`, { cause })
  }
}

const unfinished = new Set<string>()

/** Removes what was half-written; for the moment in which the process is about to be ended. */
export const removeUnfinished = (): void => {
  for (const path of unfinished) {
    try {
      unlinkSync(path)
    } catch {
      // Not there yet, or not any more: either is as it should be.
    }
  }
}

interface Place {
  readonly path: string
  /** False for a device or a pipe, which must not be renamed over. */
  readonly isFile: boolean
}

/** A file is replaced where its links lead; what does not exist yet will be a file. */
const placeOf = async (path: string): Promise<Place> => {
  try {
    const real = await realpath(path)
    return { path: real, isFile: (await stat(real)).isFile() }
  } catch {
    return { path, isFile: true }
  }
}

/**
 * A file that appears under its name complete or not at all: written beside it, then renamed.
 *
 * @throws OutputFailed if the place cannot be written to.
 */
export const openFile = async (name: string): Promise<Output> => {
  const failed = (error: unknown): never => {
    throw new OutputFailed(name, error)
  }
  const { path, isFile } = await placeOf(name)
  const beside = isFile ? `${path}.${process.pid}.tmp` : path
  const handle = await open(beside, 'w').catch(failed)
  if (isFile) unfinished.add(beside)
  return {
    write: async (data) => {
      await handle.writeFile(data).catch(failed)
      return true
    },
    done: async () => {
      if (isFile) await handle.sync().catch(failed)
      await handle.close().catch(failed)
      if (isFile) await rename(beside, path).catch(failed)
      unfinished.delete(beside)
    },
    discard: async () => {
      await handle.close().catch(() => undefined)
      removeUnfinished()
    },
  }
}

/** Standard output. Whoever reads it may stop at any time: that ends the writing, quietly. */
export const standardOutput = (): Output => {
  const stream = process.stdout
  let isClosed = false
  let failure: Error | undefined
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure = error
    isClosed = true
  })
  const check = (): void => {
    if (failure !== undefined) throw new OutputFailed('standard output', failure)
  }
  return {
    write: async (data) => {
      if (!isClosed && !stream.write(data)) {
        // An error ends the waiting too; the listener above has taken note of it.
        await once(stream, 'drain').catch(() => undefined)
      }
      check()
      return !isClosed
    },
    done: async () => {
      await new Promise<void>((resolve) =>
        stream.write('', () => {
          resolve()
        }),
      )
      check()
    },
    discard: () => Promise.resolve(),
  }
}
