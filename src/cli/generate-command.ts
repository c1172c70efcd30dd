import { InvalidArgumentError, Option, type Command } from 'commander'
import { helpFooter } from './help-footer.js'
import type { GenerateArguments } from './generate-run.js'

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

/** `clientfold generate`. */
export const addGenerate = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('generate')
    .summary('write a realistic event log')
    .description(
      'Writes a realistic log of session events for tests, with late and repeated deliveries. The same options always give the same bytes.',
    )
    .option('--events <N>', 'the number of lines (required)', parseCount)
    .option('--clients <N>', 'the number of clients (required)', parseCount)
    .option('--seed <S>', 'a whole number; another seed gives another log', parseSeed, 1)
    .addOption(
      new Option(
        '--shape <SHAPE>',
        'slim: about 450 bytes per line; full: about 2 kB, with the user and the request as in webhooks',
      )
        .choices(['slim', 'full'])
        .default('slim'),
    )
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold generate --events 10000 --clients 200 --out log.ndjson',
        exitCodes: { 0: 'the log was written', 2: 'wrong usage, or the log could not be written' },
      }),
    )
    .action(async ({ events, clients, ...others }: GenerateArguments, command: Command) => {
      // Checked here, because the parser would report a missing option before an unknown one.
      if (events === undefined) return command.error(missing('--events'))
      if (clients === undefined) return command.error(missing('--clients'))
      const { run } = await import('./generate-run.js')
      setExitCode(await run({ events, clients, ...others }))
    })
}
