import { printable } from './printable.js'
import type { Screen } from './screen.js'
import { colouredStatus } from './status-colour.js'
import {
  fittedColumns,
  GAP,
  isAmbiguous,
  shortened,
  tableWidth,
  wholeColumns,
  type Column,
  type FilledColumn,
  type SizedColumn,
} from './table-column.js'
import { widthOf } from './text-width.js'

type Row = ReadonlyArray<string>

/** What a table shows. Its texts are as they came: control characters are made visible here. */
export interface Table {
  readonly columns: ReadonlyArray<Column>
  /** A text for each column. */
  readonly rows: ReadonlyArray<Row>
  /** So many columns at the start stay empty where all of them repeat the row above. */
  readonly grouped?: number
  /** Stands below the table, in at most 40 columns. */
  readonly note?: string | undefined
}

/** On a screen that is narrower, each row is a block of lines. */
const LEAST_TABLE_WIDTH = 80

const CUT_NOTE = '… is a cut; --full shows everything'
const AMBIGUOUS_NOTE = 'some ids look alike; --full shows them'

interface Layout {
  readonly isTable: boolean
  readonly columns: ReadonlyArray<SizedColumn>
}

const titleWidthOf = (columns: ReadonlyArray<Column>): number =>
  Math.max(...columns.map(({ title }) => widthOf(title)))

const blocks = (columns: ReadonlyArray<FilledColumn>, limit: number): Layout => {
  const width = titleWidthOf(columns)
  return {
    isTable: false,
    columns: columns.map((column) => ({ ...column, width, limit: limit - width - GAP })),
  }
}

const layoutOf = (columns: ReadonlyArray<FilledColumn>, screen: Screen): Layout => {
  const { width, isShortened } = screen
  if (width >= LEAST_TABLE_WIDTH) {
    const whole = wholeColumns(columns, width)
    if (tableWidth(whole) <= width) return { isTable: true, columns: whole }
    const fitted = isShortened ? fittedColumns(whole, width) : null
    if (fitted !== null) return { isTable: true, columns: fitted }
  }
  return blocks(columns, isShortened ? width : Infinity)
}

const seen = ({ kind }: Column, text: string, { hasColour }: Screen): string =>
  kind === 'status' && hasColour ? colouredStatus(text) : text

const blank = (count: number): string => ' '.repeat(Math.max(0, count))

const tableLine = (columns: ReadonlyArray<SizedColumn>, row: Row, screen: Screen): string => {
  const last = row.findLastIndex((text) => text !== '')
  const cells = columns.slice(0, last + 1).map((column, index) => {
    const text = row[index] ?? ''
    const rest = blank(column.width - widthOf(text))
    if (column.align === 'right') return rest + seen(column, text, screen)
    return seen(column, text, screen) + (index === last ? '' : rest)
  })
  return cells.join(blank(GAP))
}

const repeats = (row: Row, above: Row | undefined, grouped: number): boolean =>
  row.slice(0, grouped).every((text, index) => text === above?.[index])

const hiding = (row: Row, count: number): Row =>
  row.map((text, index) => (index < count ? '' : text))

/** A block of lines for each row. A cell without a text has no line. */
const block = (columns: ReadonlyArray<SizedColumn>, row: Row, screen: Screen): string =>
  columns
    .flatMap((column, index) => {
      const text = row[index] ?? ''
      if (text === '') return []
      return [column.title.padEnd(column.width + GAP) + seen(column, text, screen)]
    })
    .join('\n')

/** A table as lines for a screen. */
export const tableText = (table: Table, screen: Screen): string => {
  const { grouped = 0, note } = table
  const whole = table.rows.map((row) => row.map(printable))
  const filled = table.columns.map((column, index) => ({
    ...column,
    texts: new Set(whole.map((row) => row[index] ?? '')),
  }))
  const { isTable, columns } = layoutOf(filled, screen)
  const rows = whole.map((row) =>
    columns.map((column, index) => shortened(column, row[index] ?? '', column.limit)),
  )
  const hasCut = rows.some((row, line) => row.some((text, index) => text !== whole[line]?.[index]))
  const hasAmbiguous = hasCut && columns.some((column) => isAmbiguous(column, column.limit))
  const head = columns.map(({ title }) => title.toUpperCase())
  const texts = isTable
    ? [
        head,
        ...rows.map((row, index) =>
          hiding(row, repeats(whole[index] ?? row, whole[index - 1], grouped) ? grouped : 0),
        ),
      ].map((row) => tableLine(columns, row, screen))
    : [rows.map((row) => block(columns, row, screen)).join('\n\n')]
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...(hasAmbiguous ? [AMBIGUOUS_NOTE] : hasCut ? [CUT_NOTE] : []),
  ]
  const below = notes.length > 0 && !isTable ? ['', ...notes] : notes
  return [...texts, ...below, ''].join('\n')
}
