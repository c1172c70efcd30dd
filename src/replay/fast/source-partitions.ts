import type { FileHandle } from 'node:fs/promises'
import { readHead } from '../file-part.js'
import { startsLikeGzip } from '../gzip.js'
import { checkHead, readSource, SourceUnreadable } from '../source.js'
import type { LogSource } from '../source.js'
import { BlockReader } from './block-reader.js'
import { createFileReader, createStreamReader, openLog } from './byte-reader.js'
import { filePartsOf } from './file-parts.js'
import type { InputBuffers } from './input-buffers.js'
import { Partition, type PartitionContext } from './partition.js'

/** The partitions of a source. */
export interface SourcePartitions {
  readonly partitions: ReadonlyArray<Partition>
  readonly close: () => Promise<void>
}

/** What partitions are made with. */
export interface PartitionSettings {
  readonly context: PartitionContext
  readonly buffers: InputBuffers
  readonly threads: number
  /** Called with the number of bytes, as stored, after each read. */
  readonly count: (bytes: number) => void
}

/** A part of a file has one block that is folded and one that waits, … */
const FILE_DEPTH = 2
/** … one that is read, and one whose unsure lines are handled. */
const FILE_BUFFERS = FILE_DEPTH + 2

const openStream = (source: LogSource, settings: PartitionSettings): SourcePartitions => {
  const { context, buffers, threads, count } = settings
  const { depth } = context.engine
  const reader = new BlockReader(
    createStreamReader(readSource(source, count)),
    buffers.slice(0, depth + 2),
    context.maxLineBytes,
  )
  const partition = new Partition(context, {
    source: source.name,
    reader,
    depth,
    turnOf: (block) => block % threads,
  })
  return {
    partitions: [partition],
    close: () => {
      reader.close()
      return Promise.resolve()
    },
  }
}

const openFile = async (
  { name, size, range = [0, Infinity] }: LogSource,
  handle: FileHandle,
  { context, buffers, threads, count }: PartitionSettings,
): Promise<SourcePartitions> => {
  // Without a range, the last part has no end, because the file may grow.
  const end = Math.min(range[1], range[0] + (size ?? (await handle.stat()).size))
  const parts = await filePartsOf(handle, range, end, threads)
  const partitions = parts.map((part, index) => {
    const reader = new BlockReader(
      createFileReader(handle, name, part, count),
      buffers.slice(index * FILE_BUFFERS, FILE_BUFFERS),
      context.maxLineBytes,
    )
    return new Partition(context, { source: name, reader, depth: FILE_DEPTH, turnOf: () => index })
  })
  return { partitions, close: () => handle.close() }
}

/**
 * True if a file is compressed. A part of a file is not.
 *
 * @throws Error if it is no log.
 */
const isCompressed = async ({ range }: LogSource, handle: FileHandle): Promise<boolean> => {
  if (range !== undefined) return false
  const head = await readHead(handle)
  checkHead(head)
  return startsLikeGzip(head)
}

/**
 * Splits a source into partitions. A file has one for each thread: events of one session are near
 * each other in time, so most sessions are then known to one thread only. A stream has one partition, whose
 * blocks go to the threads in turn.
 *
 * @throws SourceUnreadable if the source cannot be read.
 */
export const openPartitions = async (
  source: LogSource,
  settings: PartitionSettings,
): Promise<SourcePartitions> => {
  if (source.path === undefined) return openStream(source, settings)
  const handle = await openLog(source.path, source.name)
  try {
    if (!(await isCompressed(source, handle))) return await openFile(source, handle, settings)
  } catch (error) {
    await handle.close()
    throw new SourceUnreadable(source.name, error)
  }
  await handle.close()
  return openStream(source, settings)
}
