import { once } from 'node:events'
import { unlinkSync } from 'node:fs'
import { open, rename, stat, type FileHandle } from 'node:fs/promises'
import { systemReason } from '../replay/system-reason.js'
import { CommandFailure } from './command-failure.js'
import { checkReplaceable, endOfLinks, type ProtectedFile } from './protected-files.js'

/** A place to write to. */
export interface Output {
  /** Resolves to false when the reader is gone: the caller then stops writing. */
  readonly write: (data: string | Uint8Array) => Promise<boolean>
  /** Completes the output: a file now gets its name. */
  readonly done: () => Promise<void>
  /** Ends the output after a failure: an unfinished file is removed. */
  readonly discard: () => Promise<void>
}

const writeFailure = (name: string, cause: unknown): CommandFailure =>
  new CommandFailure(`cannot write ${name}: ${systemReason(cause)}`, { cause })

const unfinished = new Set<string>()

/** Removes unfinished files. It is synchronous because the process ends right after it. */
export const removeUnfinished = (): void => {
  for (const path of unfinished) {
    try {
      unlinkSync(path)
    } catch {
      // The file does not exist yet, or does not exist any more.
    }
  }
}

interface Place {
  readonly path: string
  /** False for a device or a pipe: a rename would replace it, so it is written into. */
  readonly isFile: boolean
  /** The permissions of the file that is replaced; the new file gets them too. */
  readonly mode: number | undefined
}

const placeOf = async (
  name: string,
  protectedFiles: ReadonlyArray<ProtectedFile>,
): Promise<Place> => {
  const stats = await stat(name).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return undefined
  })
  if (stats !== undefined && !stats.isFile()) return { path: name, isFile: false, mode: undefined }
  const path = await endOfLinks(name)
  await checkReplaceable(path, protectedFiles)
  return { path, isFile: true, mode: stats && stats.mode & 0o7777 }
}

const openTemporary = async (path: string, mode: number | undefined): Promise<FileHandle> => {
  if (unfinished.has(path)) {
    throw new Error('two options name this file; give each option a file of its own')
  }
  const handle = await open(path, 'w')
  unfinished.add(path)
  if (mode !== undefined) await handle.chmod(mode)
  return handle
}

/**
 * Opens a file that appears under its name when it is complete, or not at all: it is written to a
 * temporary file beside it, which is then renamed. Symbolic links are followed. Devices and pipes are
 * written into directly.
 *
 * @param protectedFiles - the files that it must not replace
 * @param newMode - the permissions of a new file; those of the process unless given
 * @throws CommandFailure if the file cannot be written.
 */
export const openFile = async (
  name: string,
  protectedFiles: ReadonlyArray<ProtectedFile> = [],
  newMode?: number,
): Promise<Output> => {
  const fail = (error: unknown): never => {
    throw writeFailure(name, error)
  }
  const { path, isFile, mode = newMode } = await placeOf(name, protectedFiles).catch(fail)
  const written = isFile ? `${path}.${process.pid}.tmp` : path
  const handle = await (isFile ? openTemporary(written, mode) : open(path, 'w')).catch(fail)
  return {
    write: async (data) => {
      await handle.writeFile(data).catch(fail)
      return true
    },
    done: async () => {
      if (isFile) await handle.sync().catch(fail)
      await handle.close().catch(fail)
      if (isFile) await rename(written, path).catch(fail)
      unfinished.delete(written)
    },
    discard: async () => {
      await handle.close().catch(() => undefined)
      removeUnfinished()
    },
  }
}

/** Standard output. Its reader may stop reading at any time, which ends the writing without an error. */
export const standardOutput = (): Output => {
  const stream = process.stdout
  let isClosed = false
  let failure: Error | undefined
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure = error
    isClosed = true
  })
  const check = (): void => {
    if (failure !== undefined) throw writeFailure('standard output', failure)
  }
  return {
    write: async (data) => {
      if (!isClosed && !stream.write(data)) {
        // An error ends the waiting too; the listener above has stored it.
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
