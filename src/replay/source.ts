import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ChunkedBytes } from './chunked-bytes.js'
import { containerReason, HEAD_BYTES } from './container.js'
import { gunzip, startsLikeGzip } from './gzip.js'
import { systemReason } from './system-reason.js'

/** Bytes of a file, from one place up to another. */
export type ByteRange = readonly [start: number, end: number]

/** Where a log comes from. */
export interface LogSource {
  /** Its name in messages: a path, or `-`. */
  readonly name: string
  /** Bytes as stored (compressed bytes, for a `.gz`); null or undefined if the size is unknown. */
  readonly size?: number | null | undefined
  /** The bytes as stored, from the start. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** The path of a regular file with these bytes, if there is one: then it can be read in parts. */
  readonly path?: string | undefined
  /** Where in the file of `path` these bytes stand, if they are a part of it: lines, never gzip. */
  readonly range?: ByteRange | undefined
}

/** A source cannot be read to its end. The error of the system is the `cause`. */
export class SourceUnreadable extends Error {
  override readonly name = 'SourceUnreadable'
  readonly source: string

  constructor(source: string, cause: unknown) {
    super(`cannot read ${source}: ${systemReason(cause)}`, { cause })
    this.source = source
  }
}

/** Large enough that the cost of a read does not show, small beside the memory of the clients. */
export const CHUNK_BYTES = 1 << 20

/**
 * A log file, compressed by gzip or not.
 *
 * @throws SourceUnreadable if the file does not exist, or is a directory.
 * @example
 * import { fileSource } from 'clientfold/replay'
 * const source = await fileSource('examples/clerk-webhooks.ndjson')
 * source.name // => 'examples/clerk-webhooks.ndjson'
 */
export const fileSource = async (path: string): Promise<LogSource> => {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) throw new Error('it is a directory')
    return {
      name: path,
      // The size of a pipe or a device says nothing.
      size: stats.isFile() ? stats.size : null,
      path: stats.isFile() ? path : undefined,
      open: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    }
  } catch (error) {
    throw new SourceUnreadable(path, error)
  }
}

/**
 * Refuses a file that is no log, by its first bytes.
 *
 * @throws Error if it is no log: its message says what to do.
 */
export const checkHead = (head: Uint8Array): void => {
  const reason = containerReason(head)
  if (reason !== null) throw new Error(reason)
}

async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const text = new ChunkedBytes(chunks)
  try {
    const head = await text.peek(HEAD_BYTES)
    if (startsLikeGzip(head)) throw new Error('it is compressed twice; unpack it once')
    checkHead(head)
    yield* text.rest()
  } finally {
    text.close()
  }
}

/** The bytes of a source, unpacked if they begin as gzip does. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new ChunkedBytes(chunks)
  try {
    const head = await input.peek(HEAD_BYTES)
    checkHead(head)
    yield* startsLikeGzip(head) ? checked(gunzip(input)) : input.rest()
  } finally {
    input.close()
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length)
    yield chunk
  }
}

/**
 * The bytes of a source, unpacked.
 *
 * @param count - called with the number of bytes, as stored, after each read
 * @throws SourceUnreadable if the source fails before its end.
 */
export async function* readSource(
  source: LogSource,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  try {
    const bytes = counted(source.open(), count)
    // A part begins somewhere in the file, whose head was checked when the part was found.
    yield* source.range === undefined ? unpacked(bytes) : bytes
  } catch (error) {
    throw new SourceUnreadable(source.name, error)
  }
}
