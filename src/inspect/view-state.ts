import type { MovingClock } from './steps.js'

/** The parts of the page that are shown under the timeline. */
export const PANELS = ['document', 'why', 'events', 'devices'] as const

/** The pages of the inspector. */
export const PAGES = ['timeline', 'changes', 'quarantine'] as const

/** Everything that a URL of the inspector reproduces. Times are epoch milliseconds; null means now. */
export interface ViewState {
  readonly page: (typeof PAGES)[number]
  /** The id that is searched; empty if there was no search. */
  readonly id: string
  /** The client whose document is shown, if the search found several; empty for the first. */
  readonly client: string
  /** The session that is chosen; empty if there is no such session. */
  readonly session: string
  readonly asOf: number | null
  readonly knownAt: number | null
  readonly clock: MovingClock
  readonly panel: (typeof PANELS)[number]
  /** The part of the time that the timeline shows; null for all of it. */
  readonly range: readonly [from: number, to: number] | null
}

/** The view before any search. */
export const FIRST_VIEW: ViewState = {
  ...{ page: 'timeline', id: '', client: '', session: '', asOf: null, knownAt: null },
  ...{ clock: 'knownAt', panel: 'document', range: null },
}

const timeOf = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null

const oneOf = <A extends string>(names: ReadonlyArray<A>, text: string | null, first: A): A =>
  names.find((name) => name === text) ?? first

/**
 * Reads the fragment of a URL. The state is in the fragment, because a browser sends no fragment to a server:
 * so no log of a server or a proxy has the ids in it. What is not understood is left out.
 */
export const readFragment = (fragment: string): ViewState => {
  const query = new URLSearchParams(fragment.replace(/^#/, ''))
  const [from, to] = (query.get('range') ?? '').split('-').map(timeOf)
  return {
    page: oneOf(PAGES, query.get('page'), FIRST_VIEW.page),
    id: query.get('id') ?? '',
    client: query.get('client') ?? '',
    session: query.get('session') ?? '',
    asOf: timeOf(query.get('as_of')),
    knownAt: timeOf(query.get('known_at')),
    clock: oneOf(['knownAt', 'asOf'] as const, query.get('clock'), FIRST_VIEW.clock),
    panel: oneOf(PANELS, query.get('panel'), FIRST_VIEW.panel),
    range: typeof from === 'number' && typeof to === 'number' && from < to ? [from, to] : null,
  }
}

/** The fragment from which {@link readFragment} reads the same view. What is as at the beginning is left out. */
export const fragmentOf = (view: ViewState): string => {
  const values: Readonly<Record<string, string>> = {
    page: view.page === FIRST_VIEW.page ? '' : view.page,
    ...{ id: view.id, client: view.client, session: view.session },
    as_of: view.asOf === null ? '' : String(view.asOf),
    known_at: view.knownAt === null ? '' : String(view.knownAt),
    clock: view.clock === FIRST_VIEW.clock ? '' : view.clock,
    panel: view.panel === FIRST_VIEW.panel ? '' : view.panel,
    range: view.range === null ? '' : view.range.map(Math.round).join('-'),
  }
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''))
  return query.toString()
}
