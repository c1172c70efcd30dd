import type { NoteKind } from '../../event-store/backup.js'

/** Where the SQL stores keep the notes of a kind. Both have the same tables. */
export interface NoteTable {
  readonly table: string
  /** The column of the text. */
  readonly text: string
  /** The column of the number; null if the table has none. */
  readonly number: string | null
  /** The column of the primary key. */
  readonly key: string
  /** What counts if a row is there already: the greater number, or the first row. */
  readonly conflict: 'greatest' | 'first'
}

/** Everything beside events and quarantine that a backup holds: a further kind is one more entry. */
export const NOTE_TABLES: Readonly<Record<NoteKind, NoteTable>> = {
  tombstone: {
    table: 'tombstones',
    text: 'tombstone',
    number: 'erased_at',
    key: 'tombstone',
    conflict: 'greatest',
  },
  horizon: {
    table: 'horizons',
    text: 'client_hash',
    number: 'revision',
    key: 'client_hash',
    conflict: 'greatest',
  },
  erasure: {
    table: 'erasures',
    text: 'client_hash',
    number: 'number',
    key: 'number',
    conflict: 'first',
  },
  dropped: {
    table: 'dropped',
    text: 'event_hash',
    number: null,
    key: 'event_hash',
    conflict: 'first',
  },
  fact: { table: 'store_facts', text: 'name', number: 'value', key: 'name', conflict: 'greatest' },
}

/** The kinds of notes, in the order in which a backup has them. */
export const NOTE_KINDS = Object.keys(NOTE_TABLES) as ReadonlyArray<NoteKind>

/** How many notes are read at a time. */
export const NOTES_PAGE = 1000
