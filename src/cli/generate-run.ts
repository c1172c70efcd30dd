import { generateLog, type LogOptions } from '../testing/log/generate-log.js'
import { EXIT } from './exit-code.js'
import { openFile, standardOutput } from './output.js'
import { writeTexts } from './write-texts.js'

/** The arguments of `clientfold generate`. */
export type GenerateArguments = Partial<Pick<LogOptions, 'events' | 'clients'>> &
  Pick<LogOptions, 'seed' | 'shape'> & { readonly out?: string }

function* linesOf(options: LogOptions): Generator<string> {
  for (const line of generateLog(options)) yield `${line}\n`
}

/** Runs `clientfold generate`, and answers its exit code. */
export const run = async ({ out, ...options }: LogOptions & { out?: string }): Promise<number> => {
  const output = out === undefined ? standardOutput() : await openFile(out)
  try {
    await writeTexts(linesOf(options), output)
    await output.done()
    return EXIT.ok
  } catch (error) {
    await output.discard()
    throw error
  }
}
