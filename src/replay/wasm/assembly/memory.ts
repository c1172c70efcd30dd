/** Takes regions of the shared memory: `../layout.ts` has the picture. */
import { FIRST_REGION, FRONTIER, MAX_PAGES, PAGE_BYTES, REGION_ALIGNMENT } from '../layout'

/** To grow a shared memory interrupts every thread, so it grows seldom and by much. */
const GROWTH_PAGES: u32 = 512

/** Makes the memory at least so many pages long. Another thread may do the same at once. */
function growTo(pages: u32): void {
  while (<u32>memory.size() < pages) {
    const missing = pages - <u32>memory.size()
    const left = MAX_PAGES - <u32>memory.size()
    const step = min(max(missing, GROWTH_PAGES), left)
    if (memory.grow(<i32>step) < 0 && <u32>memory.size() < pages) unreachable()
  }
}

/**
 * Takes bytes that are zero and belong to the caller from now on. If 4 GiB are not enough it traps, which
 * `../engine-full.ts` turns into an error.
 */
export function takeRegion(bytes: usize): usize {
  const size: u64 = (<u64>bytes + REGION_ALIGNMENT - 1) & ~(<u64>REGION_ALIGNMENT - 1)
  while (true) {
    const start = atomic.load<u32>(FRONTIER)
    const end = <u64>start + size
    const pages = <u32>((end + PAGE_BYTES - 1) / PAGE_BYTES)
    if (pages >= <u32>MAX_PAGES) unreachable()
    if (atomic.cmpxchg<u32>(FRONTIER, start, <u32>end) != start) continue
    growTo(pages)
    assert(start >= <u32>FIRST_REGION && start % REGION_ALIGNMENT == 0)
    return <usize>start
  }
}
