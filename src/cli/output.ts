import { once } from 'node:events'
import { unlinkSync } from 'node:fs'
import { open, rename, stat, type FileHandle } from 'node:fs/promises'
import { systemReason } from '../replay/system-reason.js'
import { checkSpared, endOfLinks, type Spared } from './protected-files.js'

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
  /** The rights of the file that stands there, which its successor gets. */
  readonly mode: number | undefined
}

const placeOf = async (name: string, spared: ReadonlyArray<Spared>): Promise<Place> => {
  const there = await stat(name).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return undefined
  })
  if (there !== undefined && !there.isFile()) return { path: name, isFile: false, mode: undefined }
  const path = await endOfLinks(name)
  await checkSpared(path, spared)
  return { path, isFile: true, mode: there && there.mode & 0o7777 }
}

const openBeside = async (path: string, mode: number | undefined): Promise<FileHandle> => {
  if (unfinished.has(path)) throw new Error('it is to be two things at once')
  const handle = await open(path, 'w')
  unfinished.add(path)
  if (mode !== undefined) await handle.chmod(mode)
  return handle
}

/**
 * A file that appears under its name complete or not at all: written beside it, then renamed. It is
 * put where links lead; devices and pipes are written into.
 *
 * @param spared - the files that it must not replace
 * @throws OutputFailed if the place cannot be written to.
 */
export const openFile = async (
  name: string,
  spared: ReadonlyArray<Spared> = [],
): Promise<Output> => {
  const failed = (error: unknown): never => {
    throw new OutputFailed(name, error)
  }
  const { path, isFile, mode } = await placeOf(name, spared).catch(failed)
  const beside = isFile ? `${path}.${process.pid}.tmp` : path
  const handle = await (isFile ? openBeside(beside, mode) : open(path, 'w')).catch(failed)
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
