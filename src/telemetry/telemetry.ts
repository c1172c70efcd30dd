import type { DeliveryWord } from './delivery-word.js'
import type { FigureSources } from './figures.js'
import type { FailureReason } from './failure-reason.js'

/**
 * What is timed at a store: `append` records events or executes a command's decision, `read` reads one client,
 * `list` answers from the views, `project` joins a batch of events into the views, and `erase` erases a client or a
 * user.
 */
export type StoreOperation = 'append' | 'read' | 'list' | 'project' | 'erase'

/** Where an operation works; `other` is memory, or a store of your own without SQL. */
export type StoreSystem = 'sqlite' | 'postgresql' | 'jetstream' | 'other'

/** An operation of a store or of its views. */
export interface StoreActivity {
  readonly operation: StoreOperation
  readonly system: StoreSystem
}

/** A request to the HTTP handler. */
export interface RequestActivity {
  /** A known method, or `OTHER`. */
  readonly method: string
  /** The pattern of the path, such as `/v1/clients/{id}`, or `unmatched`; never the path itself. */
  readonly route: string
  readonly scheme: 'http' | 'https'
}

/** How a request was answered. */
export interface RequestEnd {
  readonly status: number
  /** Why it was answered with 500 or more: the reason of the failure, or the outcome as one word. */
  readonly failure?: FailureReason | (string & {})
}

/**
 * The one port by which this package reports what happens, for operators. Each of the first three methods does the
 * work, answers or rejects as the work does, and notes how long it took and how it ended. Nothing that it receives
 * holds an id, a payload or a message: every text is one of a fixed set.
 *
 * Give it to `openClients`. Webhooks and the HTTP handler of those clients use it too.
 */
export interface Telemetry {
  readonly storeOperation: <A>(about: StoreActivity, work: () => Promise<A>) => Promise<A>
  readonly delivery: <A>(work: () => Promise<A>, wordOf: (answer: A) => DeliveryWord) => Promise<A>
  readonly request: <A>(
    about: RequestActivity,
    work: () => Promise<A>,
    endOf: (answer: A) => RequestEnd,
  ) => Promise<A>
  /**
   * Says where figures can be read, on demand.
   *
   * @returns a function after which they cannot be read any more
   * @throws TypeError if other clients are open with this telemetry: their figures would be mixed up.
   */
  readonly openFigures: (sources: FigureSources) => () => void
}
