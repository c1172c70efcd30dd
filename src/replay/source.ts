import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { systemReason } from './system-reason.js'

/** Where a log comes from. */
export interface LogSource {
  /** Its name in messages: a path, or `-`. */
  readonly name: string
  /** Bytes as stored (compressed bytes, for a `.gz`); null if the size is unknown. */
  readonly size: number | null
  /** The bytes as stored, from the start. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** The path of a regular file with these bytes, if there is one: then it can be read in parts. */
  readonly path?: string | undefined
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
const CHUNK_BYTES = 1 << 20

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

/** The bytes with which gzip begins. */
const GZIP_MAGIC = [0x1f, 0x8b]
/** How many bytes {@link startsLikeGzip} looks at. */
export const GZIP_MAGIC_BYTES = GZIP_MAGIC.length

/** True if the first bytes are those of gzip. A line of JSON never begins with them. */
export const startsLikeGzip = (head: Uint8Array): boolean =>
  GZIP_MAGIC.every((byte, index) => head[index] === byte)

const gunzip = (chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
  const output = createGunzip({ chunkSize: CHUNK_BYTES })
  // An error destroys the output, so the reader of the output gets it.
  pipeline(Readable.from(chunks, { objectMode: false }), output, () => undefined)
  return output
}

async function* startingWith(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value
    }
  } finally {
    await rest.return?.()
  }
}

/** The bytes of a source, unpacked if they begin as gzip does. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array()
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
    if (head.length >= GZIP_MAGIC_BYTES) break
  }
  const whole = startingWith(head, iterator)
  yield* startsLikeGzip(head) ? gunzip(whole) : whole
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
    yield* unpacked(counted(source.open(), count))
  } catch (error) {
    throw new SourceUnreadable(source.name, error)
  }
}
