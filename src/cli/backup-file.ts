import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { createGunzip, gzip } from 'node:zlib'
import type { BackupRecord, BackupSource } from '../event-store/backup.js'
import { startsLikeGzip } from '../replay/gzip.js'
import { systemReason } from '../replay/system-reason.js'
import { CommandFailure } from './command-failure.js'
import type { Output } from './output.js'

/** How many records of each kind a backup holds. */
export type BackupCounts = Readonly<Record<string, number>>

/** The first line. */
interface Header {
  readonly object: 'clientfold.backup'
  /** Of the format. */
  readonly version: number
  readonly engine: string
  /** Epoch milliseconds. */
  readonly taken_at: number
}

/** The last line. Without it, the file is not whole. */
interface Trailer {
  readonly object: 'clientfold.backup_end'
  readonly counts: BackupCounts
  /** Of all lines before this one, with their line feeds. */
  readonly sha256: string
}

const VERSION = 1

/** Texts are joined up to this length, in UTF-16 code units, before they are written. */
const CHUNK_LENGTH = 1 << 20

const compress = promisify(gzip)

/** Writes a backup: a line for its beginning, one for each record, and one for its end. */
export class BackupWriter {
  readonly #output: Output
  readonly #isCompressed: boolean
  readonly #hash = createHash('sha256')
  readonly #counts: Record<string, number> = {}
  #text = ''

  /** @param name - of the file: `.gz` at its end means gzip */
  constructor(output: Output, name: string, engine: string, takenAt: number) {
    this.#output = output
    this.#isCompressed = name.endsWith('.gz')
    const header: Header = {
      object: 'clientfold.backup',
      version: VERSION,
      engine,
      taken_at: takenAt,
    }
    this.#add(header)
  }

  readonly write = async (records: ReadonlyArray<BackupRecord>): Promise<void> => {
    for (const record of records) {
      this.#add(record)
      this.#counts[record.kind] = (this.#counts[record.kind] ?? 0) + 1
      if (this.#text.length >= CHUNK_LENGTH) await this.#flush()
    }
  }

  /** Writes the end, and answers what was written. */
  async end(): Promise<{ readonly counts: BackupCounts; readonly sha256: string }> {
    await this.#flush()
    const sha256 = this.#hash.digest('hex')
    const trailer: Trailer = { object: 'clientfold.backup_end', counts: this.#counts, sha256 }
    await this.#put(`${JSON.stringify(trailer)}\n`)
    return { counts: this.#counts, sha256 }
  }

  #add(line: unknown): void {
    this.#text += `${JSON.stringify(line)}\n`
  }

  async #flush(): Promise<void> {
    const text = this.#text
    this.#text = ''
    if (text === '') return
    this.#hash.update(text)
    await this.#put(text)
  }

  /** Each part is a member of its own, which gzip allows. */
  async #put(text: string): Promise<void> {
    await this.#output.write(this.#isCompressed ? await compress(text) : text)
  }
}

const headOf = async (path: string): Promise<Buffer> => {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const LINE_FEED = 10

async function* chunksOf(path: string): AsyncGenerator<Buffer, void> {
  const isCompressed = startsLikeGzip(await headOf(path))
  const bytes = createReadStream(path)
  try {
    if (!isCompressed) {
      yield* bytes as AsyncIterable<Buffer>
      return
    }
    const unpacked = bytes.pipe(createGunzip())
    bytes.once('error', (error) => unpacked.destroy(error))
    yield* unpacked as AsyncIterable<Buffer>
  } finally {
    bytes.destroy()
  }
}

/** The lines of a file, with their line feeds. A part of a line at the end comes as it is. */
async function* linesOf(path: string): AsyncGenerator<Buffer, void> {
  let rest: Buffer[] = []
  for await (const chunk of chunksOf(path)) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      const line = chunk.subarray(start, end + 1)
      yield rest.length === 0 ? line : Buffer.concat([...rest, line])
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}

const parsed = (line: Buffer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(line.toString())
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

const checkHeader = (line: Buffer, name: string): void => {
  const header = parsed(line) as Partial<Header> | undefined
  if (header?.object !== 'clientfold.backup') {
    throw new CommandFailure(`${name} is not a backup: name a file of clientfold backup`)
  }
  if (header.version === VERSION) return
  throw new CommandFailure(
    `${name} was written by a newer version of clientfold: install that version`,
  )
}

const trailerOf = (line: Buffer): Trailer | undefined => {
  const trailer = parsed(line) as Partial<Trailer> | undefined
  return trailer?.object === 'clientfold.backup_end' ? (trailer as Trailer) : undefined
}

async function* recordsOf(path: string): AsyncGenerator<BackupRecord, void> {
  for await (const line of linesOf(path)) {
    const record = parsed(line)
    if (record !== undefined && 'kind' in record) yield record as unknown as BackupRecord
  }
}

const readTrailer = async (path: string, name: string): Promise<Trailer> => {
  const hash = createHash('sha256')
  let last: Buffer | undefined
  for await (const line of linesOf(path)) {
    if (last === undefined) checkHeader(line, name)
    else hash.update(last)
    last = line
  }
  const trailer = last === undefined ? undefined : trailerOf(last)
  if (trailer === undefined) {
    throw new CommandFailure(
      `${name} is not a whole backup: its end is missing; copy the file again, or take another backup`,
    )
  }
  if (hash.digest('hex') === trailer.sha256) return trailer
  throw new CommandFailure(
    `${name} is damaged: it differs from what was written; copy the file again, or use another backup`,
  )
}

/** A backup that is whole. */
export interface VerifiedBackup extends BackupSource {
  readonly counts: BackupCounts
}

/**
 * Reads a backup and verifies that it is whole and as it was written. Its hash is its identity.
 *
 * @throws CommandFailure if it is not, or if the file cannot be read.
 */
export const verifyBackup = async (path: string): Promise<VerifiedBackup> => {
  const { sha256, counts } = await readTrailer(path, path).catch((error: unknown) => {
    if (error instanceof CommandFailure) throw error
    throw new CommandFailure(`cannot read ${path}: ${systemReason(error)}`, { cause: error })
  })
  return { id: sha256, counts, records: () => recordsOf(path) }
}
