import { open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { parseStoreUrl } from './store-url.js'

/** A file that no output may replace. */
export interface ProtectedFile {
  readonly path: string
  /** What the file is; the message says "it is" before it. */
  readonly description: string
}

/** What SQLite keeps beside a database (https://sqlite.org/tempfiles.html). */
const SQLITE_SUFFIXES = ['', '-wal', '-journal', '-shm']

const SQLITE_HEADER = 'SQLite format 3\0'

/** The path at the end of symbolic links, even if no file exists there yet. */
export const endOfLinks = async (path: string): Promise<string> => {
  try {
    return await realpath(path)
  } catch {
    const target = await readlink(path).catch(() => null)
    return target === null
      ? join(await realpath(dirname(path)), basename(path))
      : endOfLinks(resolve(dirname(path), target))
  }
}

const withoutLinks = async (file: ProtectedFile): Promise<ReadonlyArray<ProtectedFile>> =>
  endOfLinks(file.path).then(
    (path) => [{ ...file, path }],
    // A path that cannot be reached cannot be replaced either.
    () => [],
  )

/** The logs that a command reads. An output in the place of one would destroy its events. */
export const protectedLogs = async (
  names: ReadonlyArray<string>,
): Promise<ReadonlyArray<ProtectedFile>> => {
  const paths = (names.length === 0 ? ['-'] : names).map((name) =>
    name === '-' ? '/dev/stdin' : name,
  )
  const description = 'a log that this command reads'
  const files = await Promise.all(paths.map((path) => withoutLinks({ path, description })))
  return files.flat()
}

/** The files of the store that a URL names, whether or not they exist. */
export const protectedStoreFiles = async (url: string): Promise<ReadonlyArray<ProtectedFile>> => {
  const place = parseStoreUrl(url)
  if (place.engine !== 'sqlite') return []
  const [file] = await withoutLinks({ path: place.path, description: 'a file of the store' })
  if (file === undefined) return []
  return SQLITE_SUFFIXES.map((suffix) => ({ ...file, path: file.path + suffix }))
}

const isDatabase = async (path: string): Promise<boolean> => {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return false
  try {
    const size = SQLITE_HEADER.length
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0)
    return buffer.toString('latin1', 0, bytesRead) === SQLITE_HEADER
  } finally {
    await file.close()
  }
}

/**
 * Refuses a path whose file must not be replaced. Every SQLite database is protected, also those that
 * the command does not use, because an output can be written again and a database cannot.
 *
 * @param path - without symbolic links
 */
export const checkReplaceable = async (
  path: string,
  protectedFiles: ReadonlyArray<ProtectedFile>,
): Promise<void> => {
  const file = protectedFiles.find((each) => each.path === path)
  if (file !== undefined) throw new Error(`it is ${file.description}; choose another file`)
  if (await isDatabase(path)) throw new Error('it is a SQLite database; choose another file')
}
