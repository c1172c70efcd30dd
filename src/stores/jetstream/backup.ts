import type { NoteKind } from '../../event-store/backup.js'
import {
  RESTORE_STATE,
  RESTORES,
  type BackupEngine,
  type Note,
  type RestoredEvent,
} from '../kit/backup-engine.js'
import { readMoment } from './client-state.js'
import { raiseNote } from './erase.js'
import { readPages, type Log } from './log.js'
import { noteOf } from './notes.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createEventPutter } from './put-events.js'
import { createQuarantineEngine } from './quarantine.js'
import { tokenOf } from './subjects.js'

/** How the notes of a kind are named: by what is their key. */
const NAMES: Readonly<Record<NoteKind, (note: Note) => string>> = {
  tombstone: ({ text }) => `t.${text}`,
  horizon: ({ text }) => `h.${text}`,
  erasure: ({ number }) => `x.${number}`,
  dropped: ({ text }) => `d.${text}`,
  fact: ({ text }) => `f.${tokenOf(text)}`,
}

/** The number of a fact; null if the store does not have it. */
export const readFact = async ({ notes }: Log, text: string): Promise<number | null> => {
  const note = await notes.read(NAMES.fact({ text, number: 0 }))
  return note === undefined ? null : noteOf(note).number
}

/** Raises a fact durably. It never falls. */
export const raiseFact = async ({ notes }: Log, text: string, number: number): Promise<void> => {
  await raiseNote(notes, NAMES.fact({ text, number }), text, number)
}

async function* notesOf({ notes }: Log, kind: NoteKind): AsyncGenerator<ReadonlyArray<Note>, void> {
  const pattern = NAMES[kind]({ text: '', number: 0 }).replace(/\..*$/, '.*')
  for await (const page of notes.all(pattern)) yield page.map(noteOf)
}

const restoresOf = async (log: Log): Promise<ReadonlyArray<Note>> => {
  const restores: Note[] = []
  for await (const page of notesOf(log, 'fact')) {
    restores.push(...page.filter(({ text }) => text.startsWith(RESTORES)))
  }
  return restores
}

const hasEvents = async (log: Log): Promise<boolean> => {
  const request = {
    after: undefined,
    mode: 'complete',
    signal: undefined,
    checkOpen: () => undefined,
  } as const
  for await (const page of readPages(log, request)) if (page.length > 0) return true
  return false
}

/** Backup and restore. */
export const createBackup = (log: Log): BackupEngine => {
  const quarantine = createQuarantineEngine(log.notes)
  const putEvents: (events: ReadonlyArray<RestoredEvent>) => Promise<ReadonlyArray<number>> =
    createEventPutter(log)
  return {
    read: (work) =>
      work({
        pages: (request) => readPages(log, request),
        quarantine,
        pendingErasures: createPendingErasureEngine(log.notes),
        notes: (kind) => notesOf(log, kind),
      }),
    startRestore: async (name) => {
      const state = await readFact(log, name)
      if (state === RESTORE_STATE.done) return 'done'
      if (state === null) {
        const isOccupied =
          (await restoresOf(log)).length > 0 ||
          (await quarantine.places()).length > 0 ||
          (await hasEvents(log))
        if (isOccupied) return 'occupied'
      }
      await raiseFact(log, name, RESTORE_STATE.started)
      return 'started'
    },
    isIncomplete: async () =>
      (await restoresOf(log)).some(({ number }) => number === RESTORE_STATE.started),
    putNotes: async (kind, notes) => {
      for (const note of notes) {
        await raiseNote(log.notes, NAMES[kind](note), note.text, note.number)
      }
    },
    momentsOf: async (tombstones) => {
      const found = await Promise.all(
        tombstones.map(async (each) => [each, await readMoment(log, each)] as const),
      )
      return new Map(
        found.flatMap(([each, moment]) => (moment === null ? [] : [[each, moment] as const])),
      )
    },
    putEvents,
  }
}
