import type { EventEffect } from '../projections/timeline.js'

/** How thick a bar is: thick while someone is signed in. */
export const BAR_HEIGHTS = { live: 14, over: 4 } as const

const PATHS: Readonly<Record<EventEffect, string>> = {
  // A disc, a diamond, a triangle that points back, and a ring.
  new: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z',
  changed: 'M0-5.5L5.5 0L0 5.5L-5.5 0z',
  late: 'M4.5-5L-4.5 0L4.5 5z',
  duplicate: 'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z',
}

/** The outline of the symbol of an event, around the point 0, 0. */
export const symbolPath = (effect: EventEffect): string => PATHS[effect]
