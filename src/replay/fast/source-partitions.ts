import type { FileHandle } from 'node:fs/promises'
import { readSource, SourceUnreadable, startsLikeGzip, type LogSource } from '../source.js'
import { BlockReader } from './block-reader.js'
import { fileFeed, openLog, streamFeed, type Feed } from './feed.js'
import { fileParts } from './file-parts.js'
import { Lane, type LaneContext } from './partition.js'
import type { Rooms } from './input-buffers.js'

/** The lanes into which a source is cut. */
export interface SourceLanes {
  readonly lanes: ReadonlyArray<Lane>
  readonly close: () => Promise<void>
}

/** Where lanes come from. */
export interface LaneSetting {
  readonly context: LaneContext
  readonly rooms: Rooms
  readonly threads: number
  /** Is told how many bytes, as stored, were read. */
  readonly count: (bytes: number) => void
}

/** One is folded, one waits, one is read, and one is being told of. */
const ROOMS_OF_A_PART = 4
const DEPTH_OF_A_PART = 2

const streamLanes = (source: LogSource, setting: LaneSetting): SourceLanes => {
  const { context, rooms, threads, count } = setting
  const { depth } = context.crew
  const feed = streamFeed(readSource(source, count))
  const reader = new BlockReader(feed, rooms.take(0, depth + 2), context.maxLineBytes, true)
  const lane = new Lane(context, {
    source: source.name,
    reader,
    depth,
    turnOf: (block) => block % threads,
  })
  return {
    lanes: [lane],
    close: () => {
      reader.close()
      return Promise.resolve()
    },
  }
}

const isGzip = async (handle: FileHandle): Promise<boolean> => {
  const head = Buffer.alloc(2)
  await handle.read(head, 0, 2, 0)
  return startsLikeGzip(head)
}

const laneOfPart = (
  feed: Feed,
  source: string,
  index: number,
  { context, rooms }: LaneSetting,
): Lane => {
  const own = rooms.take(index * ROOMS_OF_A_PART, ROOMS_OF_A_PART)
  const reader = new BlockReader(feed, own, context.maxLineBytes, index === 0)
  return new Lane(context, { source, reader, depth: DEPTH_OF_A_PART, turnOf: () => index })
}

const fileLanes = async (
  { name, size }: LogSource,
  handle: FileHandle,
  setting: LaneSetting,
): Promise<SourceLanes> => {
  const parts = await fileParts(handle, size ?? 0, setting.threads)
  const lanes = parts.map((part, index) =>
    laneOfPart(fileFeed(handle, name, part, setting.count), name, index, setting),
  )
  return { lanes, close: () => handle.close() }
}

/**
 * Cuts a source into lanes: a file into as many as there are threads, so that each folds what is near in
 * time and most sessions are known to one thread only; a stream into one, whose blocks go round.
 *
 * @throws SourceUnreadable if it cannot be read.
 */
export const lanesOf = async (source: LogSource, setting: LaneSetting): Promise<SourceLanes> => {
  if (source.path === undefined) return streamLanes(source, setting)
  const handle = await openLog(source.path, source.name)
  try {
    if (!(await isGzip(handle))) return await fileLanes(source, handle, setting)
  } catch (error) {
    await handle.close()
    throw new SourceUnreadable(source.name, error)
  }
  await handle.close()
  return streamLanes(source, setting)
}
