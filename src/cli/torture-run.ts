import type { TortureFailure } from '../testing/torture/torture-failure.js'
import type { Torture, TortureOptions } from '../testing/torture/torture.js'
import { refuseQuotes } from './clerk-access.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { standardOutput } from './output.js'
import { SECRET_KEY, SIGNING_SECRET } from './serve-secrets.js'
import { printableLines } from './printable.js'
import { readFailures, writeFailures } from './torture-failures.js'

/** The arguments of `clientfold torture`. */
export interface TortureArguments {
  readonly url: string
  readonly read?: string
  readonly runs: number
  readonly seconds: number
  readonly seed?: number
  readonly failures: string
  readonly allowHost: ReadonlyArray<string>
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

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

/** Runs `clientfold torture`, and answers its exit code. */
export const run = async (given: TortureArguments): Promise<number> => {
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
