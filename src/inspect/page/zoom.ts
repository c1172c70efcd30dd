type Range = readonly [from: number, to: number]

/** The narrowest part of the time that can be shown, in milliseconds. */
const LEAST = 20

/** The range that is shown after a zoom, in which one moment keeps its place. */
export const zoomedRange = ([from, to]: Range, factor: number, around: number): Range => {
  const length = Math.max(LEAST, (to - from) * factor)
  const share = (around - from) / Math.max(1, to - from)
  const begin = Math.max(0, Math.round(around - share * length))
  return [begin, Math.round(begin + length)]
}

/** The range that is shown after a step to a side; `share` is a part of its length. */
export const shiftedRange = ([from, to]: Range, share: number): Range => {
  const shift = Math.max(Math.round((to - from) * share), -from)
  return [from + shift, to + shift]
}
