import type { EventStore } from '../event-store/event-store.js'
import { readPreview, type ErasurePreview, type ErasureTarget } from './erase-preview.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { callOffPending, erasePending, listPending } from './pending-erasures.js'
import { printable } from './printable.js'
import { countOf } from './reduction-report.js'
import { storeNameOf } from './store-url.js'
import type { ViewsArguments } from './views-option.js'
import { scrubWithViews, withStoreAndViews } from './views-store.js'

/** The arguments of `clientfold erase`. */
export interface EraseArguments extends ViewsArguments {
  readonly user?: ReadonlyArray<string>
  readonly client?: ReadonlyArray<string>
  readonly scrub?: boolean
  readonly dryRun?: boolean
  readonly unknownToo?: boolean
  readonly pending?: boolean
  readonly callOff?: ReadonlyArray<string>
  readonly due?: boolean
}

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

const runTargets = (
  targets: ReadonlyArray<ErasureTarget>,
  options: EraseArguments,
): Promise<number> =>
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

/** Runs `clientfold erase`, and answers its exit code; undefined if the options do not say what to do. */
export const run = (options: EraseArguments): Promise<number> | undefined => {
  const targets = targetsOf(options)
  return runScheduled(options) ?? (targets.length === 0 ? undefined : runTargets(targets, options))
}
