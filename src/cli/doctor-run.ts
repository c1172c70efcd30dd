import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { advised, sound, urgent, type Finding } from '../event-store/finding.js'
import { EXIT } from './exit-code.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import type { ViewsArguments } from './views-option.js'
import { viewsIn, withStoreAndViews } from './views-store.js'

/** The arguments of `clientfold doctor`. */
export interface DoctorArguments extends ViewsArguments {
  readonly format: 'text' | 'json'
}

/** A finding, and what it is about. */
interface PlacedFinding extends Finding {
  readonly of: 'store' | 'views'
}

/** A lag is counted up to so many events. */
const MANY_EVENTS = 100

const lagFinding = async (store: EventStore, viewsStore: EventStore | undefined) => {
  const lag = await openClients({ store, ...viewsIn(viewsStore) }).views.lag()
  const keepUp = 'start clientfold serve or clientfold project, or run clientfold views rebuild'
  if (lag === null)
    return advised('lag', 'there are no views yet: the first list makes them', keepUp)
  return lag < MANY_EVENTS
    ? sound('lag', `the views lack ${lag} events, which the next list takes in`)
    : urgent('lag', `the views lack ${MANY_EVENTS} events or more`, keepUp)
}

const findingsOf = async (
  store: EventStore,
  viewsStore: EventStore | undefined,
): Promise<ReadonlyArray<PlacedFinding>> => {
  const ofViews = [
    ...((await viewsStore?.diagnose()) ?? []),
    ...(store.sql === undefined && viewsStore === undefined
      ? [advised('lag', 'the views are in memory, in each process', 'give --views a database')]
      : [await lagFinding(store, viewsStore)]),
  ]
  return [
    ...(await store.diagnose()).map((finding) => ({ of: 'store' as const, ...finding })),
    ...ofViews.map((finding) => ({ of: 'views' as const, ...finding })),
  ]
}

const degreeOf = ({ isUrgent, action }: Finding): 'must' | 'may' | 'ok' =>
  isUrgent ? 'must' : action === null ? 'ok' : 'may'

const lineOf = (finding: PlacedFinding): string => {
  const { of, topic, found, action } = finding
  const todo = action === null ? '' : `; ${action}`
  return printable(`${degreeOf(finding).padEnd(5)} ${of} ${topic.padEnd(12)} ${found}${todo}`)
}

const textOf = (findings: ReadonlyArray<PlacedFinding>, mustCount: number): string => {
  const total =
    mustCount === 0 ? 'nothing must be done' : `${mustCount} of these must be done: see must`
  return [...findings.map(lineOf), total, ''].join('\n')
}

/** Runs `clientfold doctor`, and answers its exit code. */
export const run = ({ format, ...urls }: DoctorArguments): Promise<number> =>
  withStoreAndViews(urls, { mustExist: true }, async (store, viewsStore) => {
    const findings = await findingsOf(store, viewsStore)
    const must = findings.filter(({ isUrgent }) => isUrgent).length
    const output = standardOutput()
    await output.write(
      format === 'json' ? `${JSON.stringify({ must, findings })}\n` : textOf(findings, must),
    )
    await output.done()
    return must === 0 ? EXIT.ok : EXIT.refused
  })
