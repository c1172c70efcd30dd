import { open, type FileHandle } from 'node:fs/promises'
import { readHead } from '../file-part.js'
import { startsLikeGzip } from '../gzip.js'
import { checkHead, SourceUnreadable, type LogSource } from '../source.js'
import { foldFile, type OpenFile } from './fold-file.js'
import { foldStream } from './fold-stream.js'
import type { InputBuffers } from './input-buffers.js'
import type { FoldContext, FoldStep } from './settle-line.js'

/**
 * The lines of a file, which threads can read by themselves; null if this thread has to read the source: the file is
 * compressed, or the system does not know its size.
 *
 * @throws Error if it is no log.
 */
const openLines = async (
  { name, range, size }: LogSource,
  handle: FileHandle,
): Promise<OpenFile | null> => {
  // The head of a file was checked when a part of it was found, and such a file is not compressed.
  if (range !== undefined) return { name, handle, range }
  const head = await readHead(handle)
  checkHead(head)
  const end = size ?? (await handle.stat()).size
  return startsLikeGzip(head) || end === 0 ? null : { name, handle, range: [0, end] }
}

const unreadable = (name: string) => (error: unknown) => {
  throw new SourceUnreadable(name, error)
}

/**
 * Folds a source. A file is read by all threads, up to the size that it has at first.
 *
 * @param count - called with numbers of bytes, as stored, that were read
 * @throws SourceUnreadable if the source cannot be read to its end.
 */
export async function* foldSource(
  context: FoldContext,
  source: LogSource,
  buffers: InputBuffers,
  count: (bytes: number) => void,
): AsyncGenerator<FoldStep> {
  const { name, path } = source
  if (path === undefined) {
    yield* foldStream(context, source, buffers, count)
    return
  }
  const handle = await open(path).catch(unreadable(name))
  try {
    const file = await openLines(source, handle).catch(unreadable(name))
    if (file !== null) yield* foldFile(context, file, buffers.blockBytes, count)
    else yield* foldStream(context, source, buffers, count)
  } finally {
    await handle.close()
  }
}
