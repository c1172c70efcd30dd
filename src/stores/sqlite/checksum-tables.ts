import * as E from 'fp-ts/lib/Either.js'
import { isUtf8 } from 'node:buffer'
import { parseEvent } from '../../events/decode-event.js'
import { checksumsOf } from '../kit/record-checksum.js'
import { bytesOf, type Blob } from './blob.js'
import type { SqliteDatabase } from './driver.js'
import { PART_SIZE } from './part-size.js'
import { quarantineChecksumOf } from './quarantine-checksum.js'

/** As large as most checksums, so that the rows do not grow when they get theirs. */
const NO_CHECKSUM = 0x7fff_ffff

/**
 * Turns version 2 into version 3, but for the values of the checksums. The tables are created again because
 * only then a checksum can be NOT NULL: a process that still runs the version before cannot write a row
 * without one.
 *
 * - `heads`: the highest revision of each client, kept apart from the events. So a reader finds out that
 *   the last events of a client have vanished.
 * - `horizons`: up to which revision the revisions of a client may have holes.
 * - `log_parts`: the number of events in each part of the log.
 * - `events_deleted`: so that a deletion is no damage, also by a process that still runs the version before.
 * - `life`: a random text that positions carry. Another file has another one.
 */
const TABLES = `
  ALTER TABLE events RENAME TO old_events;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    client_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_key TEXT NOT NULL UNIQUE,
    recorded_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    head_checksum INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (client_key, revision)
  );
  INSERT INTO events SELECT position, client_key, revision, event_key, recorded_at, text,
    ${NO_CHECKSUM}, ${NO_CHECKSUM} FROM old_events ORDER BY position;
  DELETE FROM sqlite_sequence WHERE name = 'events';
  INSERT INTO sqlite_sequence SELECT 'events', seq FROM sqlite_sequence WHERE name = 'old_events';
  DROP TABLE old_events;

  ALTER TABLE quarantined RENAME TO old_quarantined;
  CREATE TABLE quarantined (
    delivery_key TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL,
    about TEXT NOT NULL,
    body BLOB NOT NULL,
    checksum INTEGER NOT NULL
  );
  INSERT INTO quarantined SELECT *, ${NO_CHECKSUM} FROM old_quarantined;
  DROP TABLE old_quarantined;

  CREATE TABLE heads (client_key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO heads SELECT client_key, max(revision) FROM events GROUP BY client_key;
  CREATE TABLE horizons (client_key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE log_parts (part INTEGER PRIMARY KEY, events INTEGER NOT NULL);
  INSERT INTO log_parts SELECT position / ${PART_SIZE}, count(*) FROM events
    GROUP BY position / ${PART_SIZE};
  CREATE TRIGGER events_deleted AFTER DELETE ON events BEGIN
    UPDATE log_parts SET events = events - 1 WHERE part = old.position / ${PART_SIZE};
    DELETE FROM heads WHERE client_key = old.client_key
      AND NOT EXISTS (SELECT 1 FROM events WHERE client_key = old.client_key);
  END;
  CREATE TABLE life (id TEXT NOT NULL);
  INSERT INTO life VALUES (lower(hex(randomblob(5))));
`

interface EventRow {
  readonly position: number | bigint
  readonly client: Blob
  readonly event: Blob
  readonly text: Blob
  /** As texts, because a driver may refuse an integer that a number cannot hold. */
  readonly revision: string
  readonly recorded: string
}

/** How many rows are in memory at a time. */
const PAGE = 500

const isSound = (text: Buffer): boolean => isUtf8(text) && E.isRight(parseEvent(text.toString()))

const fillEventChecksums = (database: SqliteDatabase): void => {
  const page = database.prepare(`SELECT position, CAST(client_key AS BLOB) AS client,
    CAST(event_key AS BLOB) AS event, CAST(text AS BLOB) AS text,
    printf('%d', revision) AS revision, printf('%d', recorded_at) AS recorded
    FROM events WHERE position > ? ORDER BY position LIMIT ${PAGE}`)
  const update = database.prepare(
    'UPDATE events SET head_checksum = ?, checksum = ? WHERE position = ?',
  )
  for (let last = 0; ;) {
    const rows = page.all(last) as ReadonlyArray<EventRow>
    if (rows.length === 0) return
    for (const row of rows) {
      const text = bytesOf(row.text)
      const { head, whole } = checksumsOf({
        clientKey: bytesOf(row.client).toString(),
        revision: Number(row.revision),
        eventKey: bytesOf(row.event).toString(),
        recordedAt: Number(row.recorded),
        text: text.toString(),
      })
      last = Number(row.position)
      // A record that was damaged before must not get a checksum that holds.
      update.run(head, isSound(text) ? whole : ~whole, last)
    }
  }
}

interface QuarantineRow {
  readonly rowid: number | bigint
  readonly key: Blob
  readonly received: string
  readonly about: Blob
  readonly body: Blob
}

const fillQuarantineChecksums = (database: SqliteDatabase): void => {
  const next = database.prepare(`SELECT rowid AS rowid, CAST(delivery_key AS BLOB) AS key,
    printf('%d', received_at) AS received, CAST(about AS BLOB) AS about, body
    FROM quarantined WHERE rowid > ? ORDER BY rowid LIMIT 1`)
  const update = database.prepare('UPDATE quarantined SET checksum = ? WHERE rowid = ?')
  for (let last = 0; ;) {
    const [row] = next.all(last) as ReadonlyArray<QuarantineRow>
    if (row === undefined) return
    last = Number(row.rowid)
    update.run(quarantineChecksumOf(row), last)
  }
}

/** Turns version 2 into version 3. */
export const addChecksums = (database: SqliteDatabase): void => {
  database.exec(TABLES)
  fillEventChecksums(database)
  fillQuarantineChecksums(database)
}
