import { open } from 'node:fs/promises'

/** How a text or a compressed file begins. SQLite's own files: https://sqlite.org/fileformat2.html. */
const BEGINNINGS: ReadonlyArray<{ readonly hex: string; readonly sentence: string }> = [
  {
    hex: '377f0682',
    sentence: 'is the WAL of a SQLite file and belongs beside it: name the file itself',
  },
  {
    hex: '377f0683',
    sentence: 'is the WAL of a SQLite file and belongs beside it: name the file itself',
  },
  {
    hex: '18e22d00',
    sentence: 'is the shared memory of a SQLite file and belongs beside it: name the file itself',
  },
  {
    hex: 'd9d505f920a163d7',
    sentence: 'is the journal of a SQLite file and belongs beside it: name the file itself',
  },
  { hex: '1f8b', sentence: 'is compressed with gzip: decompress it first' },
  { hex: '28b52ffd', sentence: 'is compressed with zstd: decompress it first' },
  { hex: 'fd377a585a00', sentence: 'is compressed with xz: decompress it first' },
  { hex: '504b0304', sentence: 'is a ZIP archive: unpack it first' },
]

const HEADER_BYTES = 100

const isDatabase = (header: Buffer): boolean =>
  header.length === HEADER_BYTES && header.toString('latin1', 0, 16) === 'SQLite format 3\0'

/** A database whose pages are encrypted has no header, and whole pages of bytes without a pattern. */
const looksEncrypted = (header: Buffer, bytes: number): boolean =>
  bytes % 512 === 0 && header.some((byte) => byte > 0xf7)

const sentenceOf = (header: Buffer, bytes: number): string => {
  if (isDatabase(header)) {
    const stored = header.readUInt16BE(16)
    const pageBytes = stored === 1 ? 65_536 : stored
    const wholeBytes = header.readUInt32BE(28) * pageBytes
    return bytes < wholeBytes ? `is cut off: it has ${bytes} bytes of ${wholeBytes}` : 'is damaged'
  }
  const known = BEGINNINGS.find(({ hex }) => header.toString('hex').startsWith(hex))
  if (known !== undefined) return known.sentence
  if (/^(\xef\xbb\xbf)?\s*[{[]\s*["{]/.test(header.toString('latin1'))) {
    return 'is not a database, but a text that begins as a log of events does: clientfold import reads it into a store'
  }
  return looksEncrypted(header, bytes)
    ? 'is not a database, or it is encrypted, which clientfold cannot read'
    : 'is not a database'
}

/** The first bytes of a file, and its size. */
const readHeader = async (
  path: string,
): Promise<{ readonly header: Buffer; readonly bytes: number }> => {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return { header: buffer.subarray(0, bytesRead), bytes: size }
  } finally {
    await file.close()
  }
}

/**
 * Says what a file is that SQLite cannot read, as the end of a sentence. It is not called for other
 * files: when it closes the file, the system releases the locks that this process has on it.
 */
export const describeFile = async (path: string): Promise<string> => {
  const { header, bytes } = await readHeader(path)
  return sentenceOf(header, bytes)
}

/** Whether a database has a WAL. Called only where this process cannot have a lock of a writer on it. */
export const hasWal = async (path: string): Promise<boolean> => {
  const { header } = await readHeader(path)
  return isDatabase(header) && header[18] === 2
}
