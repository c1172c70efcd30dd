import { InvalidArgumentError, Option, type Command } from 'commander'
import { generateLog, type LogOptions } from '../testing/log/generate-log.js'
import { EXIT } from './exit-code.js'
import { openFile, standardOutput } from './output.js'
import { writeAll } from './write-all.js'

type GenerateArguments = Partial<Pick<LogOptions, 'events' | 'clients'>> &
  Pick<LogOptions, 'seed' | 'shape'> & { readonly out?: string }

const missing = (option: string): string => `error: required option '${option} <N>' not specified`

const parseCount = (text: string): number => {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('Expected a whole number above 0.')
}

const parseSeed = (text: string): number => {
  const seed = Number(text)
  if (/^-?\d+$/.test(text) && seed === (seed | 0)) return seed
  throw new InvalidArgumentError('Expected a whole number of 32 bits.')
}

const run = async ({ out, ...options }: LogOptions & { out?: string }): Promise<number> => {
  const output = out === undefined ? standardOutput() : await openFile(out)
  try {
    await writeAll(lines(options), output)
    await output.done()
    return EXIT.ok
  } catch (error) {
    await output.discard()
    throw error
  }
}

function* lines(options: LogOptions): Generator<string> {
  for (const line of generateLog(options)) yield `${line}\n`
}

/** `clientfold generate`. */
export const addGenerate = (program: Command, end: (code: number) => void): void => {
  program
    .command('generate')
    .summary('write a realistic event log')
    .description(
      'Writes a realistic log of session events, with late and repeated deliveries. The same options give the same bytes.',
    )
    .option('--events <N>', 'how many lines (required)', parseCount)
    .option('--clients <N>', 'of how many clients (required)', parseCount)
    .option('--seed <S>', 'which of all such logs', parseSeed, 1)
    .addOption(
      new Option('--shape <SHAPE>', 'slim: about 450 B a line; full: about 2 kB, with the user')
        .choices(['slim', 'full'])
        .default('slim'),
    )
    .option('--out <FILE>', 'write to FILE, which appears when it is complete')
    .addHelpText('after', '\nExit codes: 0 written, 2 wrong usage or an I/O failure.')
    .action(async ({ events, clients, ...others }: GenerateArguments, command: Command) => {
      // Checked here and not by the parser, which would say so before it names an unknown option.
      if (events === undefined) return command.error(missing('--events'))
      if (clients === undefined) return command.error(missing('--clients'))
      end(await run({ events, clients, ...others }))
    })
}
