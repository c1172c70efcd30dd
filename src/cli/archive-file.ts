import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { parseEvent } from '../events/decode-event.js'
import { eventText } from '../events/encode-event.js'
import { systemReason } from '../replay/system-reason.js'
import { CommandFailure } from './command-failure.js'
import { checkReplaceable, endOfLinks, type ProtectedFile } from './protected-files.js'

/** A log to which a compaction appends what it drops. */
export interface ArchiveFile {
  /** Resolves when the events are on the disk. */
  readonly append: (events: ReadonlyArray<RecordedEvent>) => Promise<void>
  readonly close: () => Promise<void>
}

const BLOCK = 65_536

/** The end of the last complete line of a file; 0 if it has none. */
const endOfLines = async (file: FileHandle, size: number): Promise<number> => {
  const block = Buffer.alloc(BLOCK)
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK)
    const { bytesRead } = await file.read(block, 0, end - start, start)
    const at = block.subarray(0, bytesRead).lastIndexOf(10)
    if (at !== -1) return start + at + 1
  }
  return 0
}

const firstLine = async (file: FileHandle, end: number): Promise<string> => {
  const parts: Buffer[] = []
  for (let start = 0; start < end; start += BLOCK) {
    const block = Buffer.alloc(Math.min(BLOCK, end - start))
    await file.read(block, 0, block.length, start)
    const at = block.indexOf(10)
    parts.push(at === -1 ? block : block.subarray(0, at))
    if (at !== -1) break
  }
  return Buffer.concat(parts).toString()
}

/** Removes an incomplete last line, which an interrupted compaction leaves: its events are in the store. */
const prepare = async (file: FileHandle): Promise<void> => {
  const { size } = await file.stat()
  const end = await endOfLines(file, size)
  if (size > 0 && E.isLeft(parseEvent(await firstLine(file, end)))) {
    throw new Error('it is not a log of events; choose another file')
  }
  if (end < size) await file.truncate(end)
}

/** Syncs a folder, so that a new file in it outlives a sudden end. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

/**
 * Opens an archive: a new file, or a log that already exists, to which it appends.
 *
 * @throws CommandFailure if the file cannot be written, or is something else than a log.
 */
export const openArchive = async (
  name: string,
  protectedFiles: ReadonlyArray<ProtectedFile>,
): Promise<ArchiveFile> => {
  const fail = (cause: unknown): never => {
    throw new CommandFailure(`cannot write ${name}: ${systemReason(cause)}`, { cause })
  }
  const openFile = async (): Promise<FileHandle> => {
    const path = await endOfLinks(name)
    await checkReplaceable(path, protectedFiles)
    const file = await open(path, 'a+')
    try {
      await prepare(file)
      await syncFolder(dirname(path))
      return file
    } catch (error) {
      await file.close()
      throw error
    }
  }
  const file = await openFile().catch(fail)
  return {
    append: async (events) => {
      const text = events.map(({ event }) => `${eventText(event)}\n`).join('')
      await file.appendFile(text).catch(fail)
      await file.sync().catch(fail)
    },
    close: () => file.close(),
  }
}
