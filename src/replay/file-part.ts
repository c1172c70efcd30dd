import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { HEAD_BYTES } from './container.js'
import { startsLikeGzip } from './gzip.js'
import { lineStartFrom } from './line-start.js'
import {
  checkHead,
  CHUNK_BYTES,
  fileSource,
  SourceUnreadable,
  type ByteRange,
  type LogSource,
} from './source.js'

/** One of several parts of a file: the lines that begin in an equal share of its bytes. */
export interface FilePart {
  /** Counted from 1. */
  readonly number: number
  /** How many parts the file has. */
  readonly of: number
}

/** More parts than this are refused: it is more than batch systems have tasks. */
export const MAX_PARTS = 1_000_000

/** True if a number names a part of so many. */
export const isPart = ({ number, of }: FilePart): boolean =>
  Number.isInteger(number) && Number.isInteger(of) && number >= 1 && number <= of && of <= MAX_PARTS

/** The first bytes of a file. */
export const readHead = async (handle: FileHandle): Promise<Uint8Array> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

const GZIP_REASON =
  'it is compressed by gzip, which cannot be read in parts; unpack it first, for example with gzip -dk'

const NO_FILE_REASON = 'it is not a regular file, and only files can be read in parts'

/** Where the lines of a part stand in a file. Each line is in the part in which it begins. */
const rangeOf = async (
  path: string,
  size: number,
  { number, of }: FilePart,
): Promise<ByteRange> => {
  const handle = await open(path)
  try {
    const head = await readHead(handle)
    checkHead(head)
    if (startsLikeGzip(head)) throw new Error(GZIP_REASON)
    const placeOf = (index: number): number => Math.floor((size / of) * index)
    const start = await lineStartFrom(handle, placeOf(number - 1), size)
    return [start, number === of ? size : await lineStartFrom(handle, placeOf(number), size)]
  } finally {
    await handle.close()
  }
}

/**
 * One part of a log file that is not compressed, so that several machines can share the file. All parts
 * together have each line once, as long as the file does not change. The lines of a part are counted from 1.
 *
 * @throws SourceUnreadable if the file does not exist, or cannot be read in parts.
 * @throws TypeError if the numbers of the part are invalid.
 * @example
 * import { filePartSource } from 'clientfold/replay'
 * const part = await filePartSource('examples/clerk-webhooks.ndjson', { number: 2, of: 3 })
 * part.name // => 'examples/clerk-webhooks.ndjson (part 2/3)'
 */
export const filePartSource = async (path: string, part: FilePart): Promise<LogSource> => {
  if (!isPart(part)) {
    throw new TypeError(
      `the number of a part must be from 1 to the number of parts, which is at most ${MAX_PARTS}`,
    )
  }
  const { size = null } = await fileSource(path)
  try {
    if (size === null) throw new Error(NO_FILE_REASON)
    const [start, end] = await rangeOf(path, size, part)
    return {
      name: `${path} (part ${part.number}/${part.of})`,
      size: end - start,
      path,
      range: [start, end],
      open: () =>
        start === end
          ? Readable.from([])
          : createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES }),
    }
  } catch (error) {
    throw new SourceUnreadable(path, error)
  }
}
