import { open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { parseStoreUrl } from './store-url.js'

/** A file that no output may replace. */
export interface Spared {
  readonly path: string
  /** What it is, as the end of a sentence about it. */
  readonly what: string
}

/** What SQLite keeps beside a file (https://sqlite.org/tempfiles.html). */
const BESIDE = ['', '-wal', '-journal', '-shm']

const MAGIC = 'SQLite format 3\0'

/** Where links lead, also if nothing is there yet. */
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

const resolved = async ({ path, what }: Spared): Promise<ReadonlyArray<Spared>> =>
  endOfLinks(path).then(
    (end) => [{ path: end, what }],
    // It cannot be reached at all, and so not be replaced.
    () => [],
  )

/** The logs that a command reads: what took the place of one would be there instead of its events. */
export const sparedLogs = async (names: ReadonlyArray<string>): Promise<ReadonlyArray<Spared>> => {
  const paths = (names.length === 0 ? ['-'] : names).map((name) =>
    name === '-' ? '/dev/stdin' : name,
  )
  const found = paths.map((path) => resolved({ path, what: 'a log that is being read' }))
  return (await Promise.all(found)).flat()
}

/** The files of the store that a URL names, whether or not they are there. */
export const sparedStore = async (url: string): Promise<ReadonlyArray<Spared>> => {
  const place = parseStoreUrl(url)
  if (place.engine !== 'sqlite') return []
  const [end] = await resolved({ path: place.path, what: 'a file of the store' })
  return end === undefined ? [] : BESIDE.map((ending) => ({ ...end, path: end.path + ending }))
}

const isDatabase = async (path: string): Promise<boolean> => {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === MAGIC
  } finally {
    await file.close()
  }
}

/**
 * Refuses a place whose file must stay. A database is spared whoever names it: no log is worth one.
 *
 * @param path - with no links in it
 */
export const checkSpared = async (path: string, spared: ReadonlyArray<Spared>): Promise<void> => {
  const own = spared.find((each) => each.path === path)
  if (own !== undefined) throw new Error(`it is ${own.what}`)
  if (await isDatabase(path)) throw new Error('it is a SQLite database')
}
