import type { Client } from '../events/client.js'
import { isRecord } from './is-record.js'
import { visibleText } from './visible-text.js'

/** How a line of a document differs from the document before. */
export type LineChange = 'same' | 'added' | 'changed' | 'removed'

/** A line of a document. */
export interface DocumentLine {
  /** The names of the keys on the way to it; a session is named by its id. */
  readonly path: string
  readonly text: string
  readonly change: LineChange
}

type PlainLine = Omit<DocumentLine, 'change'>

const nameOf = (item: unknown, index: number): string =>
  isRecord(item) && typeof item.id === 'string' ? item.id : String(index)

/** The lines of a value as JSON with an indentation of two, each with its path. */
const linesOf = (
  value: unknown,
  path: string,
  indent: string,
  begin: string,
  end: string,
): ReadonlyArray<PlainLine> => {
  const isList = Array.isArray(value)
  const items: ReadonlyArray<readonly [name: string, key: string, item: unknown]> = isList
    ? value.map((item: unknown, index) => [nameOf(item, index), '', item])
    : isRecord(value)
      ? Object.entries(value).map(([key, item]) => [key, `${JSON.stringify(key)}: `, item])
      : []
  if (items.length === 0) {
    return [{ path, text: visibleText(`${indent}${begin}${JSON.stringify(value)}${end}`) }]
  }
  const inner = items.flatMap(([name, key, item], index) =>
    linesOf(item, `${path}\n${name}`, `${indent}  `, key, index < items.length - 1 ? ',' : ''),
  )
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  return [
    { path, text: visibleText(`${indent}${begin}${open}`) },
    ...inner,
    { path: `${path}\n`, text: `${indent}${close}${end}` },
  ]
}

const plainLines = (client: Client | null): ReadonlyArray<PlainLine> =>
  client === null ? [] : linesOf(client, '', '', '', '')

/** A comma at the end depends on what follows, and is no difference. */
const content = ({ text }: PlainLine): string => text.replace(/,$/, '')

/**
 * The lines of a Client as JSON, and what differs from the Client before. The lines that are not removed are
 * together the JSON text of the Client.
 */
export const documentLines = (
  client: Client | null,
  before: Client | null,
): ReadonlyArray<DocumentLine> => {
  const [lines, old] = [plainLines(client), plainLines(before)]
  const present = new Set(lines.map(({ path }) => path))
  const oldByPath = new Map(old.map((line) => [line.path, line]))
  // A line that is gone stands behind the last line before it that is still there.
  const goneAfter = new Map<string, DocumentLine[]>()
  let last = ''
  for (const line of old) {
    if (present.has(line.path)) last = line.path
    else goneAfter.set(last, [...(goneAfter.get(last) ?? []), { ...line, change: 'removed' }])
  }
  const changeOf = (line: PlainLine): LineChange => {
    const previous = oldByPath.get(line.path)
    if (previous === undefined) return 'added'
    return content(previous) === content(line) ? 'same' : 'changed'
  }
  const shown = lines.flatMap((line): ReadonlyArray<DocumentLine> => [
    { ...line, change: changeOf(line) },
    ...(goneAfter.get(line.path) ?? []),
  ])
  return lines.length === 0 ? [...goneAfter.values()].flat() : shown
}

/** A document of at most so many lines is shown whole. */
const MOST_LINES = 600

/** How many lines are shown around each difference, and at the beginning. */
const AROUND = 16

/**
 * The lines that are shown. Of a long document these are its beginning and what lies around each difference, and
 * a number stands for as many lines that are left out.
 */
export const shownParts = (
  lines: ReadonlyArray<DocumentLine>,
  isWhole: boolean,
): ReadonlyArray<DocumentLine | number> => {
  if (isWhole || lines.length <= MOST_LINES) return lines
  const differences = lines.flatMap(({ change }, index) => (change === 'same' ? [] : [index]))
  const shown = new Set<number>()
  for (const index of [0, ...differences.slice(0, MOST_LINES)]) {
    for (let near = index - AROUND; near <= index + AROUND; near++) shown.add(near)
  }
  const parts: Array<DocumentLine | number> = []
  for (const [index, line] of lines.entries()) {
    const last = parts.at(-1)
    if (shown.has(index)) parts.push(line)
    else if (typeof last === 'number') parts[parts.length - 1] = last + 1
    else parts.push(1)
  }
  return parts
}
