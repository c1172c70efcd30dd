import { InvalidArgumentError, Option, type Command } from 'commander'
import type { TortureFailure } from '../testing/torture/torture-failure.js'
import type { Torture, TortureOptions } from '../testing/torture/torture.js'
import { refuseQuotes } from './clerk-access.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { helpFooter } from './help-footer.js'
import { standardOutput } from './output.js'
import { SECRET_KEY, SIGNING_SECRET } from './serve-secrets.js'
import { printableLines } from './printable.js'
import { readFailures, writeFailures } from './torture-failures.js'

interface TortureArguments {
  readonly url: string
  readonly read?: string
  readonly runs: number
  readonly seconds: number
  readonly seed?: number
  readonly failures: string
  readonly allowHost: ReadonlyArray<string>
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

const parseCount = (text: string): number => {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('Expected a whole number above 0.')
}

/** Only this machine, and hosts that are named twice: what is sent there stays in the server's data. */
const checkHost = (option: string, text: string, allowed: ReadonlyArray<string>): void => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CommandFailure(`${option} is no URL; give one such as http://127.0.0.1:8787/webhooks`)
  }
  if (LOOPBACK.test(url.hostname) || allowed.includes(url.hostname)) return
  throw new CommandFailure(
    `${option} names the host ${url.hostname}, which keeps what torture sends; if you mean it, add --allow-host ${url.hostname}`,
  )
}

/** fast-check is an optional peer, so that nothing else of the command needs it. */
const loadTorture = async (): Promise<Torture> => {
  try {
    return await import('../testing/torture/torture.js')
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('fast-check'))) throw error
    throw new CommandFailure('torture needs fast-check; run npm install --save-dev fast-check', {
      cause: error,
    })
  }
}

const optionsOf = (given: TortureArguments): TortureOptions => {
  const { [SIGNING_SECRET]: secrets = '', [SECRET_KEY]: key = '' } = process.env
  refuseQuotes(SIGNING_SECRET, secrets)
  refuseQuotes(SECRET_KEY, key)
  // During a rotation there are several.
  const secret = secrets.split(/\s+/).find(Boolean)
  return {
    url: given.url,
    secret,
    read: given.read,
    ...(key === '' ? {} : { headers: { authorization: `Bearer ${key}` } }),
    numRuns: given.runs,
    maxSeconds: given.seconds,
    seed: given.seed,
  }
}

const run = async (given: TortureArguments): Promise<number> => {
  checkHost('--url', given.url, given.allowHost)
  if (given.read !== undefined) checkHost('--read', given.read, given.allowHost)
  const earlier = await readFailures(given.failures)
  const { torture, isStillBroken } = await loadTorture()
  const output = standardOutput()
  const options = optionsOf(given)
  const failing: TortureFailure[] = []
  for (const failure of earlier) {
    const isBroken = await isStillBroken(failure, options)
    if (isBroken) failing.push(failure)
    await output.write(`${isBroken ? 'FAILS' : 'FIXED'}  ${failure.law}\n`)
  }
  const { report, findings } = await torture(options).catch((error: unknown) => {
    if (error instanceof Error && error.message.includes('the harness is broken'))
      throw new CommandFailure(error.message, { cause: error })
    throw error
  })
  for (const { text } of findings) await output.write(`\n${printableLines(text)}`)
  const { broken, held, notMeasured, seed } = report
  await output.write(
    `\n${broken.length} laws broken, ${held.length} laws held; the seed was ${seed}\n` +
      notMeasured.map((line) => `not measured: ${line}\n`).join(''),
  )
  const laws = new Set(broken.map(({ name }) => name))
  const kept = [
    ...findings.map(({ failure }) => failure),
    ...failing.filter(({ law }) => !laws.has(law)),
  ]
  if (kept.length > 0 || earlier.length > 0) await writeFailures(given.failures, kept)
  if (kept.length > 0)
    await output.write(`the failures are in ${given.failures}; the next run tries them first\n`)
  await output.done()
  return kept.length === 0 ? EXIT.ok : EXIT.refused
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
      setExitCode(await run(options))
    })
}
