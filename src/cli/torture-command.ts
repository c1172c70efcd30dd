import { InvalidArgumentError, Option, type Command } from 'commander'
import { helpFooter } from './help-footer.js'
import { SECRET_KEY, SIGNING_SECRET } from './serve-secrets.js'
import type { TortureArguments } from './torture-run.js'

const parseCount = (text: string): number => {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('Expected a whole number above 0.')
}

const NOTES = `What is sent stays in the data of the server, under ids of its own: use a server
for tests. In the environment, ${SIGNING_SECRET} is the signing
secret, and ${SECRET_KEY} is the bearer token of reading requests. No
option takes them, because every list of processes shows options.`

/** `clientfold torture`. */
export const addTorture = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('torture')
    .summary('check a webhook handler in any language on hostile deliveries')
    .description(
      'Sends signed, repeated, reordered, delayed, forged and malformed deliveries to a running server, and checks the laws of a correct handler on its answers and its Clients. For each broken law it prints the smallest story that shows it, with the requests as lines of curl.',
    )
    .requiredOption('--url <URL>', 'the webhook endpoint')
    .option(
      '--read <URL>',
      'where the documented Client is read, with {id} and {at} (epoch milliseconds); without it only answers are checked',
    )
    .option('--runs <N>', 'on how many stories each law is tried', parseCount, 200)
    .option('--seconds <N>', 'after how many seconds no further story is begun', parseCount, 30)
    .option('--seed <N>', 'the same seed gives the same stories', parseCount)
    .option('--failures <FILE>', 'where failures are kept', 'clientfold-torture.json')
    .addOption(
      new Option(
        '--allow-host <NAME>',
        'send also to this host, which is not this machine; may be repeated',
      )
        .argParser((name: string, names: ReadonlyArray<string>) => [...names, name])
        .default([], 'only this machine'),
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold torture --url http://127.0.0.1:8787/webhooks/clerk',
        exitCodes: {
          0: 'every law holds',
          1: 'a law is broken',
          2: 'wrong usage, or the server cannot be tested',
        },
      }),
    )
    .action(async (options: TortureArguments) => {
      const { run } = await import('./torture-run.js')
      setExitCode(await run(options))
    })
}
