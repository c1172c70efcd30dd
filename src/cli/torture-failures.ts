import { readFile } from 'node:fs/promises'
import type { TortureFailure } from '../testing/torture/torture-failure.js'
import { systemReason } from '../replay/system-reason.js'
import { CommandFailure } from './command-failure.js'
import { openFile } from './output.js'

const isFailure = (value: unknown): value is TortureFailure =>
  typeof value === 'object' &&
  value !== null &&
  'law' in value &&
  'firstDay' in value &&
  'steps' in value &&
  Array.isArray(value.steps)

/** Reads the failures of an earlier run; none if there is no such file. */
export const readFailures = async (name: string): Promise<ReadonlyArray<TortureFailure>> => {
  let text: string
  try {
    text = await readFile(name, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new CommandFailure(`cannot read ${name}: ${systemReason(error)}`, { cause: error })
  }
  try {
    const failures: unknown = JSON.parse(text)
    if (Array.isArray(failures) && failures.every(isFailure)) return failures
  } catch {
    // The message of this error quotes the text.
  }
  throw new CommandFailure(`${name} has no failures of torture; give --failures another file`)
}

/** Writes failures, so that the next run tries them first. */
export const writeFailures = async (
  name: string,
  failures: ReadonlyArray<TortureFailure>,
): Promise<void> => {
  const output = await openFile(name)
  await output.write(`${JSON.stringify(failures, null, 2)}\n`)
  await output.done()
}
