import type { FilePart } from '../replay/file-part.js'
import type { LogSource } from '../replay/source.js'
import { EXIT } from './exit-code.js'
import { findLogSources } from './log-sources.js'
import { openFile, standardOutput, type Output } from './output.js'
import { protectedLogs } from './protected-files.js'
import { createRefusalReport, type RefusalReport } from './refusal-report.js'
import { startStatusLine, type StatusLine } from './status-line.js'

/** The arguments of a command that reads logs and writes what it made of them. */
export interface LogArguments {
  readonly out?: string
  readonly rejects?: string
  readonly part?: FilePart
}

/** What such a command works with. */
export interface OpenedLogs {
  readonly sources: ReadonlyArray<LogSource>
  readonly refusals: RefusalReport
  readonly status: StatusLine
  readonly output: Output
}

/**
 * Opens logs and outputs, works with them, and finishes the files. If the work fails, the files are removed.
 *
 * @param work - answers how many lines were refused
 * @returns the exit code
 */
export const withLogs = async (
  files: ReadonlyArray<string>,
  { out, rejects: rejectsPath, part }: LogArguments,
  work: (opened: OpenedLogs) => Promise<number>,
): Promise<number> => {
  const sources = await findLogSources(files, part)
  const protectedFiles = await protectedLogs(files)
  const outputs: Output[] = []
  const open = async (path: string): Promise<Output> => {
    const output = await openFile(path, protectedFiles)
    outputs.push(output)
    return output
  }
  const status = startStatusLine()
  try {
    const rejects = rejectsPath === undefined ? null : await open(rejectsPath)
    const output = out === undefined ? standardOutput() : await open(out)
    const refusals = createRefusalReport(status.say, rejects)
    const refused = await work({ sources, refusals, status, output })
    refusals.finish()
    for (const each of outputs) await each.done()
    return refused === 0 ? EXIT.ok : EXIT.refused
  } catch (error) {
    await Promise.all(outputs.map((output) => output.discard()))
    throw error
  } finally {
    status.end()
  }
}
