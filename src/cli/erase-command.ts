import { Option, type Command } from 'commander'
import type { EventStore } from '../event-store/event-store.js'
import { readPreview, type ErasurePreview, type ErasureTarget } from './erase-preview.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { callOffPending, erasePending, listPending } from './pending-erasures.js'
import { printable } from './printable.js'
import { storeNameOf, storeOption } from './store-url.js'
import {
  scrubWithViews,
  viewsOption,
  withStoreAndViews,
  type ViewsArguments,
} from './views-option.js'

interface EraseArguments extends ViewsArguments {
  readonly user?: ReadonlyArray<string>
  readonly client?: ReadonlyArray<string>
  readonly scrub?: boolean
  readonly dryRun?: boolean
  readonly unknownToo?: boolean
  readonly pending?: boolean
  readonly callOff?: ReadonlyArray<string>
  readonly due?: boolean
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const nameOf = ({ kind, id }: ErasureTarget): string => `${kind} ${printable(id)}`

const previewLine = ({ target, clients, events }: ErasurePreview): string => {
  const ofClients = target.kind === 'user' ? ` on ${countOf(clients, 'client')}` : ''
  if (events === null) return `${nameOf(target)}: has damaged events${ofClients}\n`
  if (events === 0) return `${nameOf(target)}: no events\n`
  return `${nameOf(target)}: ${countOf(events, 'event')}${ofClients}\n`
}

const refusalOf = (url: string, unknown: ReadonlyArray<ErasurePreview>): string =>
  [
    ...unknown.map(({ target }) => `${storeNameOf(url)} has no events of ${nameOf(target)}`),
    'nothing was erased; check the ids, or use --unknown-too, and events of sessions that they have now will be refused',
    '',
  ].join('\n')

const erasedUserLine = (id: string, events: number): string =>
  `erased user ${printable(id)}: deleted or rewrote ${countOf(events, 'event')}\n`

const eraseOne = async (store: EventStore, target: ErasureTarget): Promise<string> => {
  if (target.kind === 'client') {
    return `erased ${nameOf(target)}: deleted ${countOf(await store.eraseClient(target.id), 'event')}\n`
  }
  return erasedUserLine(target.id, await store.eraseUser(target.id))
}

const KEPT =
  'the bytes stay in the files until a scrub: clientfold scrub; backups keep them until they expire\n'
const SCRUBBED = 'the bytes are gone from the files; backups keep them until they expire\n'

const targetsOf = ({ user = [], client = [] }: EraseArguments): ReadonlyArray<ErasureTarget> => [
  ...Array.from(new Set(user), (id) => ({ kind: 'user' as const, id })),
  ...Array.from(new Set(client), (id) => ({ kind: 'client' as const, id })),
]

const run = (targets: ReadonlyArray<ErasureTarget>, options: EraseArguments): Promise<number> =>
  withStoreAndViews(options, { mustExist: true }, async (store, viewsStore) => {
    const { store: url, scrub = false, dryRun = false, unknownToo = false } = options
    const previews: ErasurePreview[] = []
    for (const target of targets) previews.push(await readPreview(store, target))
    const unknown: ErasurePreview[] = []
    for (const preview of previews) {
      const { kind, id } = preview.target
      if (preview.events === 0 && !(await store.wasErased(kind, id))) unknown.push(preview)
    }
    const output = standardOutput()
    if (dryRun) for (const preview of previews) await output.write(previewLine(preview))
    if (unknown.length > 0 && !unknownToo) {
      process.stderr.write(refusalOf(url, unknown))
      await output.done()
      return EXIT.refused
    }
    if (!dryRun) {
      for (const target of targets) await output.write(await eraseOne(store, target))
      if (scrub) await scrubWithViews(store, viewsStore)
      await output.write(scrub ? SCRUBBED : KEPT)
    }
    await output.done()
    return EXIT.ok
  })

const runDue = async (
  store: EventStore,
  viewsStore: EventStore | undefined,
  scrub: boolean,
): Promise<number> => {
  const users = await erasePending(store, erasedUserLine)
  if (scrub) await scrubWithViews(store, viewsStore)
  const output = standardOutput()
  if (users > 0 || scrub) await output.write(scrub ? SCRUBBED : KEPT)
  await output.done()
  return EXIT.ok
}

/** The work on scheduled erasures, if an option asks for it. */
const runScheduled = (options: EraseArguments): Promise<number> | undefined => {
  const { store: url, scrub = false, pending = false, callOff = [], due = false } = options
  const place = { mustExist: true }
  if (pending) return withStore(url, { ...place, readOnly: true }, listPending)
  if (due) {
    return withStoreAndViews(options, place, (store, viewsStore) =>
      runDue(store, viewsStore, scrub),
    )
  }
  if (callOff.length === 0) return undefined
  return withStore(url, place, (store) => callOffPending(store, url, new Set(callOff)))
}

/** The options that say what to erase, or what else to do, of which one excludes the others. */
const TARGETS = ['user', 'client']

/** `clientfold erase`. */
export const addErase = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('erase')
    .summary('erase users or clients from a store, permanently')
    .description(
      'Erases users or clients: deletes their events, takes the sessions of a user out of observations of devices that others use too, and removes the deliveries in quarantine that mention the ids. Other people keep everything. It does not ask for confirmation and cannot be undone. Later events about sessions that were created before the erasure are refused; later sessions are recorded. If the store has no events of one of the ids and it was never erased, nothing is erased, because the id may be misspelt.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .option('--user <ID...>', 'the ids of the users to erase')
    .option('--client <ID...>', 'the ids of the clients to erase')
    .addOption(
      new Option(
        '--scrub',
        'also rewrite the files, so that no byte of what was erased is left; it takes as long as a copy of the store, and everything else waits',
      ).conflicts('dryRun'),
    )
    .option('--dry-run', 'only say how many events each id has, and erase nothing')
    .option(
      '--unknown-too',
      'also erase ids without events: the quarantine may mention them, and later events are refused',
    )
    .addOption(
      new Option(
        '--pending',
        'list the users whose erasure is scheduled (serve --on-user-deleted erase), and when it is due',
      ).conflicts([...TARGETS, 'scrub', 'dryRun', 'unknownToo', 'callOff', 'due']),
    )
    .addOption(
      new Option(
        '--call-off <USER...>',
        'call scheduled erasures off; the same webhook does not schedule them again',
      ).conflicts([...TARGETS, 'scrub', 'dryRun', 'unknownToo', 'due']),
    )
    .addOption(
      new Option('--due', 'erase the users whose scheduled erasure is due now').conflicts([
        ...TARGETS,
        'dryRun',
        'unknownToo',
      ]),
    )
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold erase --user user_123 --store sqlite:clients.db --dry-run',
        exitCodes: {
          0: 'everything is erased, listed or called off',
          1: 'an id without events, and nothing was erased; or none to call off',
          2: STORE_FAILED,
        },
      }),
    )
  command.action(async (options: EraseArguments) => {
    const scheduled = runScheduled(options)
    if (scheduled !== undefined) {
      setExitCode(await scheduled)
      return
    }
    const targets = targetsOf(options)
    if (targets.length === 0) {
      command.error(
        'error: no id was given: name users with --user ID, or clients with --client ID',
      )
    }
    setExitCode(await run(targets, options))
  })
}
