/**
 * The one memory of a replay. All threads share it; each has an instance of this module, with its own
 * globals, and takes regions of the memory for itself alone. So nothing but the frontier is contended.
 *
 *      0 ┌───────────────────────────────────────────────┐
 *        │ nothing: 0 is "no pointer"                    │
 *     64 │ FRONTIER: the first byte that nobody took     │  moved atomically
 *    128 │ WORDS: the keys and values that are looked    │  written once, by `src/engine/words.ts`,
 *        │ for, `,"updated_at":` in 32 bytes each        │  before any thread reads
 *   3072 │ their lengths                                 │
 *   4096 │ HASH_KEYS: 512 secret bytes and more          │  chance, of each replay
 *   6144 │ CLIENT_TEXTS: what of a Client never changes  │
 *   8192 │ TABLES: what each thread knows, when it       │  written by `finish`
 *        │ has sorted it: 32 bytes a thread              │
 *  65536 ├───────────────────────────────────────────────┤
 *        │ regions, taken at the frontier:               │
 *        │   blocks of the log, as they are dealt out    │
 *        │   per thread                                  │
 *        │     the slots of its two hash tables          │
 *        │     its arena, a mebibyte at a time:          │
 *        │       records of clients and sessions,        │
 *        │       texts of sessions (see `arena.ts`)      │
 *        │   what is being written                       │
 *        └───────────────────────────────────────────────┘  4 GiB at most
 */
export const FRONTIER: usize = 64
export const WORD_TEXTS: usize = 128
export const WORD_LENGTHS: usize = 3072
export const HASH_KEYS: usize = 4096
export const CLIENT_TEXTS: usize = 6144
export const TABLES: usize = 8192

const PAGE_BITS: u32 = 16
/** Growing a shared memory interrupts every thread: seldom and much is better than often and little. */
const GROWTH_PAGES: u32 = 512
const MOST_PAGES: u32 = 65536

/** Makes the memory at least so many pages long; another thread may do the same at once. */
function growTo(pages: u32): void {
  while (<u32>memory.size() < pages) {
    const missing = pages - <u32>memory.size()
    const left = MOST_PAGES - <u32>memory.size()
    const step = min(max(missing, GROWTH_PAGES), left)
    if (memory.grow(<i32>step) < 0 && <u32>memory.size() < pages) unreachable()
  }
}

/**
 * Takes bytes that are zero and belong to the caller from now on, at an address that is a multiple of
 * 16. Where 4 GiB do not do it traps, which `src/engine/engine-full.ts` puts into words.
 */
export function takeRegion(bytes: usize): usize {
  const size: u64 = ((<u64>bytes + 15) >> 4) << 4
  while (true) {
    const start = atomic.load<u32>(FRONTIER)
    const end = <u64>start + size
    const pages = <u32>((end + 65535) >> PAGE_BITS)
    if (pages >= MOST_PAGES) unreachable()
    if (atomic.cmpxchg<u32>(FRONTIER, start, <u32>end) != start) continue
    growTo(pages)
    return <usize>start
  }
}
