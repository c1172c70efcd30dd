import { cutEnd, cutMiddle, isWithin, widthOf } from './text-width.js'

/** A column of a table. Only ids and texts are shortened: a part of a time, a number or a status would mislead. */
export interface Column {
  readonly title: string
  readonly kind: 'id' | 'text' | 'status' | 'value'
  readonly align?: 'right'
}

/** A column with its different texts. */
export interface FilledColumn extends Column {
  readonly texts: ReadonlySet<string>
}

/** A column with its place on a screen. */
export interface SizedColumn extends FilledColumn {
  readonly width: number
  /** Wider ids and texts are shortened; Infinity if everything is written whole. */
  readonly limit: number
}

/** How wide the space between two columns is. */
export const GAP = 2

/** The first and the last four letters. */
const LEAST_ID_WIDTH = 9
const LEAST_TEXT_WIDTH = 12

/** A text as a column shows it. */
export const shortened = ({ kind }: Column, text: string, limit: number): string => {
  if (limit === Infinity) return text
  if (kind === 'id') return cutMiddle(text, limit)
  return kind === 'text' ? cutEnd(text, limit) : text
}

/** True if different ids of a column look the same. */
export const isAmbiguous = (column: FilledColumn, limit: number): boolean =>
  column.kind === 'id' &&
  new Set(Array.from(column.texts, (text) => shortened(column, text, limit))).size <
    column.texts.size

/** The width that shows every text whole; more than `limit` if that is more than the limit. */
const wholeWidth = ({ title, texts }: FilledColumn, limit: number): number => {
  let width = widthOf(title)
  for (const text of texts) {
    width = Math.max(width, isWithin(text, limit) ? widthOf(text) : limit + 1)
  }
  return width
}

const leastWidth = (column: FilledColumn, whole: number): number => {
  const titleWidth = widthOf(column.title)
  if (column.kind === 'text') return Math.min(whole, Math.max(titleWidth, LEAST_TEXT_WIDTH))
  if (column.kind !== 'id') return whole
  let width = Math.min(whole, Math.max(titleWidth, LEAST_ID_WIDTH))
  while (width < whole && isAmbiguous(column, width)) width += 1
  return width
}

/** How wide a table with columns of these widths is. */
export const tableWidth = (columns: ReadonlyArray<{ readonly width: number }>): number =>
  columns.reduce((sum, { width }) => sum + width, GAP * (columns.length - 1))

/** The columns in the width that shows everything whole. */
export const wholeColumns = (
  columns: ReadonlyArray<FilledColumn>,
  screenWidth: number,
): ReadonlyArray<SizedColumn> =>
  columns.map((column) => ({ ...column, width: wholeWidth(column, screenWidth), limit: Infinity }))

/**
 * The columns in widths with which they fit the screen; null if they do not. Ids are so wide that different ones
 * look different, and the narrowest columns get what is left.
 */
export const fittedColumns = (
  whole: ReadonlyArray<SizedColumn>,
  screenWidth: number,
): ReadonlyArray<SizedColumn> | null => {
  const sizes = whole.map((column) => ({
    most: column.width,
    width: leastWidth(column, column.width),
  }))
  for (let left = screenWidth - tableWidth(sizes); left !== 0; left--) {
    if (left < 0) return null
    const [narrowest] = sizes
      .filter(({ width, most }) => width < most)
      .sort((one, other) => one.width - other.width)
    if (narrowest !== undefined) narrowest.width += 1
  }
  return whole.map((column, index) => {
    const width = sizes[index]?.width ?? column.width
    return { ...column, width, limit: width }
  })
}
