import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isPlainObject } from '../events/json.js'
import { systemReason } from '../replay/system-reason.js'
import { CommandFailure } from './command-failure.js'
import { openFile } from './output.js'
import { printable } from './printable.js'
import { protectedStoreFiles } from './protected-files.js'
import { parseStoreUrl } from './store-url.js'

/** How far a backfill is. */
export interface BackfillProgress {
  /** Every user who was created before this moment is done; epoch milliseconds. */
  readonly createdFrom: number
  /** How many users are done. */
  readonly users: number
}

/** The options that must be the same when a backfill goes on. */
export interface BackfillSubject {
  readonly store: string
  readonly apiUrl: string | undefined
  readonly since: number | undefined
}

/** The file in which a backfill keeps its progress. */
export interface BackfillProgressFile {
  /** The progress of an earlier run that did not finish. */
  readonly progress: BackfillProgress | undefined
  readonly write: (progress: BackfillProgress) => Promise<void>
  /** The backfill is finished: the next run begins with the first user again. */
  readonly remove: () => Promise<void>
}

/** A hash, because the URL of a store may contain a password. */
const hashOf = ({ store, apiUrl, since }: BackfillSubject): string => {
  const place = parseStoreUrl(store)
  const name = place.engine === 'sqlite' ? resolve(place.path) : place.url
  return createHash('sha256')
    .update(JSON.stringify([name, apiUrl ?? null, since ?? null]))
    .digest('hex')
}

const refuse = (file: string, problem: string): never => {
  throw new CommandFailure(
    `${printable(file)} ${problem}, or name another file; to begin with the first user again, delete it`,
  )
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

const parse = (file: string, text: string, subject: string): BackfillProgress => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  const { backfill, createdFrom, users } = isPlainObject(value) ? value : {}
  if (typeof backfill !== 'string' || !isCount(createdFrom) || !isCount(users)) {
    return refuse(file, 'does not hold the progress of a backfill: check --resume')
  }
  return backfill === subject
    ? { createdFrom, users }
    : refuse(
        file,
        'belongs to a backfill with another --store, --api-url or --since: use the same ones',
      )
}

/**
 * Opens the file of `--resume`.
 *
 * @throws CommandFailure if the file cannot be read, or is not of such a backfill.
 */
export const openProgressFile = async (
  file: string,
  subject: BackfillSubject,
): Promise<BackfillProgressFile> => {
  const backfill = hashOf(subject)
  const protectedFiles = await protectedStoreFiles(subject.store)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new CommandFailure(`cannot read ${printable(file)}: ${systemReason(error)}`)
  })
  return {
    progress: text === undefined ? undefined : parse(file, text, backfill),
    write: async (progress) => {
      const output = await openFile(file, protectedFiles)
      await output.write(`${JSON.stringify({ backfill, ...progress })}\n`)
      await output.done()
    },
    remove: () => rm(file, { force: true }),
  }
}
