import { withoutMarks } from './lines.js'

/** How many first bytes of a log tell what it is. */
export const HEAD_BYTES = 64

interface Container {
  /** What the file is, and what to do about it. */
  readonly reason: string
  /** The first bytes, as Latin-1. */
  readonly head: RegExp
}

const compressedBy = (name: string, command: string): string =>
  `it is compressed by ${name}; unpack it first, for example with ${command}`

const utf16 = (order: 'LE' | 'BE'): string =>
  `it is UTF-16 text; convert it to UTF-8, for example with iconv -f UTF-16${order} -t UTF-8`

/** Files that are taken for logs. No line of a log begins as they do. */
const CONTAINERS: ReadonlyArray<Container> = [
  { reason: utf16('LE'), head: /^(?:\xff\xfe|[^\0]\0[^\0]\0)/ },
  { reason: utf16('BE'), head: /^(?:\xfe\xff|\0[^\0]\0[^\0])/ },
  { reason: compressedBy('zstd', 'zstd -dc'), head: /^\x28\xb5\x2f\xfd/ },
  { reason: compressedBy('xz', 'xz -dc'), head: /^\xfd7zXZ\0/ },
  { reason: compressedBy('bzip2', 'bzip2 -dc'), head: /^BZh[1-9]/ },
  {
    reason: 'it is a zip archive; unpack it first, for example with unzip -p',
    head: /^PK[^ -~\s]/,
  },
  {
    reason: 'it is a SQLite database; write the events of a store with clientfold export',
    head: /^SQLite format 3\0/,
  },
  {
    reason: "it is a JSON array; write one event on each line, for example with jq -c '.[]'",
    head: /^\s*\[\s*\{\s*"/,
  },
  {
    reason:
      'its events have several lines each; write each event on one line, for example with jq -c .',
    head: /^\s*\{\s*\n\s*"/,
  },
]

/**
 * Why a file is no log of lines, by its first bytes; null if it may be one. These files are refused as a
 * whole, because their lines would be refused one by one.
 */
export const containerReason = (head: Uint8Array): string | null => {
  const text = Buffer.from(withoutMarks(head)).toString('latin1')
  return CONTAINERS.find(({ head: start }) => start.test(text))?.reason ?? null
}
