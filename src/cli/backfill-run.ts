import { backfill, type BackfillStep } from '../clerk/backfill.js'
import { createClerkApi, type ClerkApi } from '../clerk/clerk-api.js'
import { openClients, type Clients } from '../clients/clients.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { openMemoryStore } from '../stores/memory/open.js'
import { openProgressFile, type BackfillProgressFile } from './backfill-progress.js'
import { startBackfillStatus } from './backfill-status.js'
import { clerkApiUrlOf, clerkSecretKeyOf } from './clerk-access.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { nextSignal } from './signals.js'
import { type StoreArguments } from './store-url.js'

/** The arguments of `clientfold backfill`. */
export interface BackfillArguments extends StoreArguments {
  readonly apiUrl?: string
  readonly user?: ReadonlyArray<string>
  readonly since?: number
  readonly resume?: string
  readonly dryRun?: true
}

type Counts = Record<Exclude<BackfillStep['_tag'], 'UsersDone'> | 'users', number>

const createCounts = (): Counts => ({
  ...{ users: 0, Recorded: 0, Known: 0, Gone: 0, Erased: 0, Unclear: 0, UserUnclear: 0 },
})

const clientsIn = ({ Recorded, Known, Gone, Erased, Unclear }: Counts): number =>
  Recorded + Known + Gone + Erased + Unclear

const summaryOf = (counts: Counts, isDryRun: boolean): string =>
  `users ${counts.users}, clients ${clientsIn(counts)}: ` +
  `${isDryRun ? 'to record' : 'recorded'} ${counts.Recorded}, known ${counts.Known}, ` +
  `gone ${counts.Gone}, erased ${counts.Erased}, unclear ${counts.Unclear + counts.UserUnclear}\n`

/** The line of a client or a user who could not be read; null for every other step. */
const problemOf = (step: BackfillStep): string | null => {
  if (step._tag === 'Unclear') return `client ${printable(step.clientId)}: ${step.reason}`
  if (step._tag === 'UserUnclear') return `user ${printable(step.userId)}: ${step.reason}`
  return null
}

/** What one run of the command works with. */
interface Run {
  readonly api: ClerkApi
  readonly options: BackfillArguments
  readonly file: BackfillProgressFile | undefined
  readonly counts: Counts
  readonly signal: AbortSignal
}

const fill = async (
  clients: Clients,
  { api, options, file, counts, signal }: Run,
): Promise<void> => {
  const { user: userIds, since, dryRun: isDryRun = false } = options
  const { createdFrom, users: doneBefore = 0 } = file?.progress ?? {}
  // Clerk can count all users, not those who were active since a moment.
  const countsAll = userIds === undefined && since === undefined && process.stderr.isTTY
  const total = countsAll ? await api.userCount() : (userIds?.length ?? null)
  const status = startBackfillStatus(total, doneBefore)
  const chosen = userIds === undefined ? { since, createdFrom } : { userIds }
  try {
    for await (const step of backfill({ clients, api, isDryRun, signal, ...chosen })) {
      const problem = problemOf(step)
      if (problem !== null) status.say(problem)
      if (step._tag === 'UsersDone') {
        counts.users += step.users
        const users = doneBefore + counts.users
        if (step.createdFrom !== null) await file?.write({ createdFrom: step.createdFrom, users })
      } else counts[step._tag] += 1
      status.update(doneBefore + counts.users, clientsIn(counts))
    }
  } finally {
    status.end()
  }
}

/** A dry run needs no store. Nothing is created, and everything counts as new. */
const withoutStore = async (
  error: unknown,
  isDryRun: boolean,
  work: (clients: Clients) => Promise<void>,
): Promise<void> => {
  const isMissing = error instanceof StoreUnavailable && error.reason === 'missing'
  if (!isDryRun || !isMissing) throw error
  await work(openClients({ store: openMemoryStore() }))
}

const HINT_RESUME = 'Run the same command again to go on: the file of --resume has the progress.'

const HINT_AGAIN =
  'What is recorded stays. Run it again with --resume FILE, and it can go on after the next stop.'

/** Runs `clientfold backfill`, and answers its exit code. */
export const run = async (options: BackfillArguments): Promise<number> => {
  const { store: url, since, resume, dryRun: isDryRun = false } = options
  const secretKey = clerkSecretKeyOf(process.env)
  const apiUrl = clerkApiUrlOf(options.apiUrl)
  const file =
    resume === undefined ? undefined : await openProgressFile(resume, { store: url, apiUrl, since })
  const stop = new AbortController()
  const counts = createCounts()
  const { signal } = stop
  const api = createClerkApi({ secretKey, apiUrl, signal })
  const work = (clients: Clients): Promise<void> =>
    fill(clients, { api, options, file, counts, signal })
  let stopCode: number = EXIT.interrupted
  process.once('SIGTERM', () => (stopCode = EXIT.terminated))
  void nextSignal().then(() => {
    stop.abort()
  })
  try {
    await withStore(url, { mustExist: isDryRun }, (store) => work(openClients({ store }))).catch(
      (error: unknown) => withoutStore(error, isDryRun, work),
    )
  } catch (error) {
    // Requests that a signal has ended reject.
    if (!signal.aborted) throw error
  }
  const output = standardOutput()
  await output.write(summaryOf(counts, isDryRun))
  await output.done()
  if (signal.aborted) {
    process.stderr.write(`stopped. ${file === undefined ? HINT_AGAIN : HINT_RESUME}\n`)
    return stopCode
  }
  await file?.remove()
  return counts.Unclear + counts.UserUnclear === 0 ? EXIT.ok : EXIT.refused
}
