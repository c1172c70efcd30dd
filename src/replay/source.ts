import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { systemReason } from './system-reason.js'

/** Where a log comes from. */
export interface LogSource {
  /** How messages call it: a path, or `-`. */
  readonly name: string
  /** Bytes as stored (compressed ones, for a `.gz`); null if nobody can say. */
  readonly size: number | null
  /** The bytes as stored, from the start. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** The path of a regular file that holds these bytes, if there is one: it may be read in parts. */
  readonly path?: string | undefined
}

/** A source could not be read to its end: what a person has to mend. The engine's error is the `cause`. */
export class SourceUnreadable extends Error {
  override readonly name = 'SourceUnreadable'
  readonly source: string

  constructor(source: string, cause: unknown) {
    super(`cannot read ${source}: ${systemReason(cause)}`, { cause })
    this.source = source
  }
}

/** Big enough that the cost of a read does not show, small beside what the clients take. */
const CHUNK_BYTES = 1 << 20

/**
 * A log file, compressed by gzip or not.
 *
 * @throws SourceUnreadable if there is no such file, or it is a directory.
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
      // A pipe or a device has no size to speak of.
      size: stats.isFile() ? stats.size : null,
      path: stats.isFile() ? path : undefined,
      open: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    }
  } catch (error) {
    throw new SourceUnreadable(path, error)
  }
}

/** True of the first bytes of what gzip made: a line of JSON never begins so. */
export const startsLikeGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

const gunzip = (chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
  const output = createGunzip({ chunkSize: CHUNK_BYTES })
  // An error on the way destroys the output, whose reader then meets it: nothing to do here.
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

/** Unpacks what begins as gzip does and passes on the rest: a line of JSON never begins so. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array()
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
    if (head.length >= 2) break
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
 * @param count - is told how many bytes, as stored, were read
 * @throws SourceUnreadable when the source breaks off.
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
