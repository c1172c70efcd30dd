import type { SessionStatus } from '../events/session.js'
import { isLive } from '../domain/status.js'
import type { EventEffect, TimelineLane } from '../projections/timeline.js'

/** The part of the time that is drawn, and its width. */
export interface TimeScale {
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** In units of the picture. */
  readonly width: number
}

/** A bar of a lane. It is thick while the session is live. */
export interface StatusBar {
  readonly x: number
  readonly width: number
  readonly isLive: boolean
  readonly status: SessionStatus
  readonly isDerived: boolean
}

/** An event on a lane: a symbol where it was said, and a line to where it became known. */
export interface EventSymbol {
  readonly place: number
  readonly x: number
  readonly knownX: number
  readonly effect: EventEffect
  readonly status: SessionStatus
}

/** What is drawn for one session, from left to right. */
export interface LaneDrawing {
  /** From the creation to the first status that is known. */
  readonly beginning: { readonly x: number; readonly width: number } | null
  readonly bars: ReadonlyArray<StatusBar>
  readonly symbols: ReadonlyArray<EventSymbol>
}

/** Wide enough for the longest name of a status. */
const NAMED_WIDTH = 76

/** True for a bar above which the name of its status stands: a thick one needs no name. */
export const isNamed = ({ isLive, width }: StatusBar): boolean => !isLive && width >= NAMED_WIDTH

/** Where a moment is on a scale. It may be outside of the width. */
export const xOf = ({ from, to, width }: TimeScale, moment: number): number =>
  ((moment - from) / Math.max(1, to - from)) * width

/** The moment at a place of the scale, in epoch milliseconds. */
export const momentAt = ({ from, to, width }: TimeScale, x: number): number =>
  Math.round(from + (x / width) * (to - from))

/** The narrowest bar that can be seen. */
const LEAST_WIDTH = 2

/** A bar outside of the picture is cut. Null if nothing of it is inside. */
const cut = (scale: TimeScale, from: number, to: number) => {
  const [left, right] = [Math.max(0, xOf(scale, from)), Math.min(scale.width, xOf(scale, to))]
  if (right < 0 || left > scale.width) return null
  return { x: left, width: Math.max(LEAST_WIDTH, right - left) }
}

/** What is drawn for a session. All drawings of a timeline are made here: those of the page and of the picture. */
export const laneDrawing = (lane: TimelineLane, scale: TimeScale): LaneDrawing => {
  const first = lane.spans[0]
  const isInside = (x: number): boolean => x >= -8 && x <= scale.width + 8
  return {
    beginning:
      first !== undefined && lane.created_at < first.from
        ? cut(scale, lane.created_at, first.from)
        : null,
    bars: lane.spans.flatMap(({ status, from, to, isDerived }) => {
      const place = cut(scale, from, to ?? Math.max(from, scale.to))
      return place === null ? [] : [{ ...place, isLive: isLive(status), status, isDerived }]
    }),
    symbols: lane.marks
      .map(({ place, said, known, effect, status }) => ({
        ...{ place, effect, status, x: xOf(scale, said), knownX: xOf(scale, known) },
      }))
      .filter(({ x, knownX }) => isInside(x) || isInside(knownX)),
  }
}

/** From the first creation to shortly after the last event, or after now if a session is live. */
export const wholeRange = (
  lanes: ReadonlyArray<TimelineLane>,
  now: number,
): readonly [from: number, to: number] => {
  let [from, to] = [Infinity, -Infinity]
  for (const lane of lanes) {
    from = Math.min(from, lane.created_at, lane.spans[0]?.from ?? Infinity)
    const isLiveNow = lane.spans.some(
      (span) => isLive(span.status) && span.from <= now && (span.to === null || now < span.to),
    )
    if (isLiveNow) to = Math.max(to, now)
    // The far future of `expire_at` would press everything else together: now is enough.
    const until = lane.spans.map((span) => span.from).filter((moment) => moment <= now)
    to = Math.max(to, ...until, ...lane.marks.map(({ known, said }) => Math.max(known, said)))
  }
  if (from > to) return [now - 1000, now]
  const margin = Math.max(1000, (to - from) * 0.03)
  return [Math.floor(from - margin), Math.ceil(to + margin)]
}
