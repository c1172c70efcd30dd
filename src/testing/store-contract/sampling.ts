import type { StoreCaseOptions } from './store-case.js'

/** The parameters of fast-check for a case that usually tries so many samples. */
export const samplingOf = (
  { seed, path, numRuns }: StoreCaseOptions = {},
  usualRuns: number,
): { readonly numRuns: number; readonly seed?: number; readonly path?: string } => ({
  numRuns: numRuns ?? usualRuns,
  ...(seed === undefined ? {} : { seed }),
  ...(path === undefined ? {} : { path }),
})
