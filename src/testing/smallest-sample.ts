import type { LawSample } from './laws.js'

const without = (
  { events, deliveries, clocks }: LawSample,
  from: number,
  to: number,
): LawSample => {
  const left = new Set(events.filter((_, index) => index < from || index >= to))
  return {
    events: [...left],
    deliveries: deliveries.filter((event) => left.has(event)),
    clocks,
  }
}

/** A sample with as few events as leave it broken: halves are left out first, then single events. */
export const smallestSample = (
  sample: LawSample,
  isBroken: (sample: LawSample) => boolean,
): LawSample => {
  let smallest = sample
  for (let size = Math.ceil(sample.events.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < smallest.events.length;) {
      const fewer = without(smallest, from, from + size)
      if (isBroken(fewer)) smallest = fewer
      else from += size
    }
  }
  return smallest
}
