import { eventLine, logOf } from '../../replay/log-bytes.js'
import { linesOf, type Folder } from './folder.js'

/** Imports one event in another process. */
export const importOne = async (folder: Folder, id: string): Promise<void> => {
  await folder.run(['import', '-'], { input: logOf(eventLine({}, { id })) })
}

/** Starts `clientfold follow`, and collects the ids of the events that it writes. */
export const startFollowing = (folder: Folder, ...options: ReadonlyArray<string>) => {
  const { child, ended } = folder.start(['follow', ...options])
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ids = () => linesOf(output).map((line) => (JSON.parse(line) as { id: string }).id)
  return { child, ended, ids, lines: () => linesOf(output) }
}
