/**
 * Reads gzip (RFC 1952) member by member, because the `Gunzip` of Node loses the last lines where other
 * bytes follow the last member, and ignores all that follows a zero byte there.
 */
import { crc32, createInflateRaw, inflateRawSync, type InflateRaw } from 'node:zlib'
import type { ChunkedBytes } from './chunked-bytes.js'
import { LINE_FEED } from './lines.js'

/** The bytes with which gzip begins. */
const MAGIC = [0x1f, 0x8b]
/** How many bytes {@link startsLikeGzip} looks at. */
const MAGIC_BYTES = MAGIC.length

/** True if the first bytes are those of gzip. A line of JSON never begins with them. */
export const startsLikeGzip = (head: Uint8Array): boolean =>
  MAGIC.every((byte, index) => head[index] === byte)

/** Large enough that the cost of a call does not show. */
const OUTPUT_BYTES = 1 << 20

const HEADER_BYTES = 10
const DEFLATE = 8
/** Flags of the header: what follows it. */
const HAS_CHECKSUM = 2
const HAS_EXTRA = 4
const HAS_NAME = 8
const HAS_COMMENT = 16
const RESERVED = 0xe0

const skipText = async (input: ChunkedBytes): Promise<void> => {
  for (;;) {
    const bytes = await input.peek(1)
    if (bytes.length === 0) throw new Error('unexpected end of file')
    const zero = bytes.indexOf(0)
    input.skip(zero < 0 ? bytes.length : zero + 1)
    if (zero >= 0) return
  }
}

const skipHeader = async (input: ChunkedBytes): Promise<void> => {
  const header = await input.take(HEADER_BYTES)
  const [method, flags] = [header.readUInt8(2), header.readUInt8(3)]
  if (method !== DEFLATE) throw new Error('unknown compression method')
  if ((flags & RESERVED) !== 0) throw new Error('unknown header flags set')
  if ((flags & HAS_EXTRA) !== 0) await input.take((await input.take(2)).readUInt16LE())
  if ((flags & HAS_NAME) !== 0) await skipText(input)
  if ((flags & HAS_COMMENT) !== 0) await skipText(input)
  if ((flags & HAS_CHECKSUM) !== 0) await input.take(2)
}

/** Writes a chunk. Resolves when its output can be read, or when the stream was destroyed. */
const write = (inflate: InflateRaw, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      inflate.off('close', done)
      resolve()
    }
    inflate.once('close', done)
    inflate.write(chunk, done)
  })

/** Feeds the compressed data of one member, and puts back what follows it. */
const feed = async (input: ChunkedBytes, inflate: InflateRaw): Promise<void> => {
  try {
    while (!inflate.destroyed) {
      const chunk = await input.next()
      if (chunk === null) throw new Error('unexpected end of file')
      const before = inflate.bytesWritten
      await write(inflate, chunk)
      const used = inflate.bytesWritten - before
      if (used === chunk.length) continue
      input.putBack(chunk.subarray(used))
      return
    }
  } finally {
    // The reader gets the output that is left before it gets the error.
    if (!inflate.destroyed) inflate.push(null)
  }
}

/** A member with at most so many compressed bytes is unpacked at once. */
const SMALL_BYTES = 1 << 16

/** The text of a member that is small and present as a whole; null for any other, damaged ones too. */
const smallTextOf = (
  held: Uint8Array,
): { readonly text: Uint8Array; readonly used: number } | null => {
  try {
    const options = { info: true, maxOutputLength: OUTPUT_BYTES }
    // With `info` Node returns more than the types say.
    const { buffer, engine } = inflateRawSync(
      held.subarray(0, SMALL_BYTES),
      options,
    ) as unknown as { readonly buffer: Uint8Array; readonly engine: InflateRaw }
    return { text: buffer, used: engine.bytesWritten }
  } catch {
    return null
  }
}

/** The text of the data of one member. A stream for each of many small ones would take most of the time. */
async function* inflated(input: ChunkedBytes): AsyncGenerator<Uint8Array> {
  const small = smallTextOf(await input.peek(1))
  if (small !== null) {
    input.skip(small.used)
    yield small.text
    return
  }
  const inflate = createInflateRaw({ chunkSize: OUTPUT_BYTES })
  const feeding = feed(input, inflate)
  feeding.catch(() => undefined)
  yield* inflate as AsyncIterable<Uint8Array>
  await feeding
}

/** The text of one member. */
async function* unpackMember(input: ChunkedBytes): AsyncGenerator<Uint8Array> {
  await skipHeader(input)
  let [checksum, size] = [0, 0]
  for await (const chunk of inflated(input)) {
    checksum = crc32(chunk, checksum)
    size += chunk.length
    yield chunk
  }
  const trailer = await input.take(8)
  if (trailer.readUInt32LE(0) !== checksum) throw new Error('incorrect data check')
  if (trailer.readUInt32LE(4) !== size % 2 ** 32) throw new Error('incorrect length check')
}

/** Zero bytes behind a member are padding, as tapes and some file systems need it. */
const skipZeros = async (input: ChunkedBytes): Promise<void> => {
  for (let bytes = await input.peek(1); bytes.length > 0; bytes = await input.peek(1)) {
    const end = bytes.findIndex((byte) => byte !== 0)
    input.skip(end < 0 ? bytes.length : end)
    if (end >= 0) return
  }
}

/**
 * The text of gzip with one or more members. Other bytes behind the last member are given as they are,
 * on a line of their own: they may be lines of a log that were added without compression, and if they
 * are not, they are refused.
 */
export async function* gunzip(input: ChunkedBytes): AsyncGenerator<Uint8Array> {
  let last: number | undefined
  while (startsLikeGzip(await input.peek(MAGIC_BYTES))) {
    for await (const chunk of unpackMember(input)) {
      last = chunk.at(-1) ?? last
      yield chunk
    }
    await skipZeros(input)
  }
  if ((await input.peek(1)).length === 0) return
  if (last !== LINE_FEED) yield Uint8Array.of(LINE_FEED)
  yield* input.rest()
}
