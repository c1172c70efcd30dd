/**
 * The layout of the engine's memory: every place, offset and size in it, in bytes.
 *
 * TypeScript and AssemblyScript both import this file, so it holds nothing but constant integers.
 *
 * One memory serves one replay. All threads share it. Each thread has an instance of the engine with its
 * own globals, and takes regions of the memory that no other thread uses. So the threads compete for
 * nothing but the frontier.
 *
 *         0 ┌───────────────────────────────────────────────┐
 *           │ unused: address 0 means "no pointer"          │
 *        64 │ FRONTIER: the first byte that is not taken    │  moved atomically
 *       128 │ KEYWORD_TEXTS: keys and values to look for    │  written once, by `shared-memory.ts`,
 *      3072 │ KEYWORD_LENGTHS                               │  before any thread reads
 *      4096 │ HASH_KEYS: secret keys of the hashes          │  random for each replay
 *      6144 │ CLIENT_TEXTS: the constant parts of a Client  │
 *      8192 │ SORTED_TABLES: what each thread has sorted    │  written by `publish`
 *     40960 │ STATIC_DATA: what the compiler places         │
 *     65536 ├───────────────────────────────────────────────┤
 *           │ FIRST_REGION: regions, taken at the frontier  │
 *           │   the id of the only client, if there is one  │
 *           │   buffers for blocks of the log               │
 *           │   per thread                                  │
 *           │     the slots of its two hash tables          │
 *           │     its arena, a mebibyte at a time:          │
 *           │       records of clients and sessions,        │
 *           │       texts of sessions (see `arena.ts`)      │
 *           │   buffers for output                          │
 *           └───────────────────────────────────────────────┘  4 GiB at most
 */

/** A page of WebAssembly, by which a memory grows. */
export const PAGE_BYTES = 65_536
/** 4 GiB: all that 32 bits can address. */
export const MAX_PAGES = 65_536
/** The size of a vector. Texts are compared and copied by whole vectors, so behind each there are so many spare bytes. */
export const VECTOR_BYTES = 16
/** Regions begin at a multiple of this. */
export const REGION_ALIGNMENT = 16
/** Records begin at a multiple of this. */
export const RECORD_ALIGNMENT = 8

// Places.
export const FRONTIER = 64
export const KEYWORD_TEXTS = 128
export const KEYWORD_LENGTHS = 3072
export const HASH_KEYS = 4096
export const CLIENT_TEXTS = 6144
export const SORTED_TABLES = 8192
export const STATIC_DATA = 40_960
export const FIRST_REGION = 65_536

// A keyword: `,"updated_at":`. In another array, u32: the length of the keyword itself.
export const KEYWORD_BYTES = 32
/** What is before the keyword itself: a comma and a quote. In the text of a session the first comma becomes a brace. */
export const KEYWORD_LEAD = 2
/** What is around the keyword: the lead, a quote, a colon. */
export const KEYWORD_MARKS = 4
export const KEYWORD_LENGTH_BYTES = 4

// The keys of the hashes (see `hash.ts`): one for each 8 bytes of an id, for sessions and for clients.
export const HASHED_WORDS = 32
export const HASH_KEY_BYTES = 8
export const SESSION_HASH_KEYS = HASH_KEYS
export const CLIENT_HASH_KEYS = SESSION_HASH_KEYS + HASHED_WORDS * HASH_KEY_BYTES
export const CLIENT_LENGTH_KEY = CLIENT_HASH_KEYS + HASHED_WORDS * HASH_KEY_BYTES
export const SESSION_LENGTH_KEY = CLIENT_LENGTH_KEY + HASH_KEY_BYTES
/** An odd number, by which the sum is multiplied at last. */
export const FINAL_HASH_KEY = SESSION_LENGTH_KEY + HASH_KEY_BYTES
export const HASH_KEYS_END = FINAL_HASH_KEY + HASH_KEY_BYTES
/** Longer ids are left to the plain path: Clerk's are shorter, and the keys end here. */
export const MAX_ID_BYTES = HASHED_WORDS * HASH_KEY_BYTES

// What is between the values of a Client: u32 length, then the text.
export const CLIENT_TEXT_BYTES = 128
export const CLIENT_TEXT_LENGTH = 0
export const CLIENT_TEXT_START = 16
// Their numbers.
export const BEFORE_ID = 0
export const BEFORE_SESSION_IDS = 1
export const BEFORE_SESSIONS = 2
export const BEFORE_LAST_ACTIVE = 3
export const BEFORE_UPDATED_AT = 4
export const BEFORE_CREATED_AT = 5
export const AFTER_CREATED_AT = 6
export const CLIENT_TEXT_COUNT = 7

// A sorted table: u32 its entries, u32 how many.
export const SORTED_TABLE_BYTES = 32
export const SORTED_TABLE_ENTRIES = 0
export const SORTED_TABLE_COUNT = 4
export const MAX_TABLES = 1024

// An entry of a sorted table: u64 key, u32 client. The key is eight bytes of the id (see `order.ts`).
export const ENTRY_KEY = 0
export const ENTRY_CLIENT = 8
export const ENTRY_BYTES = 16

// A block of the log in an input buffer.
/** What may be read behind the last line of a block. */
export const BLOCK_SPARE_BYTES = 64
/** An entry of the list of unsure lines: u32 address of the line, u32 its number in the block, from 0. */
export const UNSURE_LINE_ADDRESS = 0
export const UNSURE_LINE_NUMBER = 4
export const UNSURE_LINE_BYTES = 8
/** A line that is not blank takes so many bytes at least, with its line feed. */
export const MIN_LINE_BYTES = 2

// The record of a client.
/** u32: the head of the list of its sessions. */
export const CLIENT_FIRST_SESSION = 0
export const CLIENT_ID_LENGTH = 4
/** u32: the whole line, if the plain path has written it; else 0. */
export const CLIENT_LINE = 8
export const CLIENT_LINE_LENGTH = 12
export const CLIENT_ID_TEXT = 16
export const CLIENT_HEAD_BYTES = 16

// The record of a session: the greatest version of it that its thread has read.
/** u32: the next session of the client, or 0. */
export const SESSION_NEXT = 0
export const SESSION_CLIENT = 4
/** u32: its canonical text; 0 if it is removed, because such a session is never written. */
export const SESSION_TEXT = 8
export const SESSION_TEXT_LENGTH = 12
/** u32: the size of the slot that holds the text. */
export const SESSION_SLOT_BYTES = 16
/** u32: the place of the status in the text. */
export const SESSION_STATUS_PLACE = 20
/** u32: the number of its status. */
export const SESSION_STATUS = 24
export const SESSION_ID_LENGTH = 28
/** Six i64, epoch milliseconds, in the order of those of an event. */
export const SESSION_SAID_AT = 32
export const SESSION_LAST_ACTIVE_AT = 40
export const SESSION_EXPIRE_AT = 48
export const SESSION_ABANDON_AT = 56
export const SESSION_UPDATED_AT = 64
export const SESSION_CREATED_AT = 72
/** i64: the least `created_at` and the greatest `updated_at` of all its versions. */
export const SESSION_LEAST_CREATED_AT = 80
export const SESSION_GREATEST_UPDATED_AT = 88
/** u32: its hash, as the table keeps it. */
export const SESSION_TAG = 96
export const SESSION_ID_TEXT = 104
export const SESSION_HEAD_BYTES = 104

// An event that was read and is not folded yet. Texts are addresses in the block.
/** u32: the session as given, if that is its canonical text; else its length is 0. */
export const EVENT_TEXT = 0
export const EVENT_TEXT_LENGTH = 4
/** u32: the hashes of session and client, as the tables keep them. */
export const EVENT_SESSION_TAG = 8
export const EVENT_CLIENT_TAG = 12
export const EVENT_SESSION_ID = 16
export const EVENT_SESSION_ID_LENGTH = 20
export const EVENT_CLIENT_ID = 24
export const EVENT_CLIENT_ID_LENGTH = 28
/** u32: the number of the status. */
export const EVENT_STATUS = 32
/** u32: the address of the status. */
export const EVENT_STATUS_PLACE = 36
/** Six i64, epoch milliseconds, in the order of those of a session. */
export const EVENT_SAID_AT = 40
export const EVENT_LAST_ACTIVE_AT = 48
export const EVENT_EXPIRE_AT = 56
export const EVENT_ABANDON_AT = 64
export const EVENT_UPDATED_AT = 72
export const EVENT_CREATED_AT = 80
/** u32, a bit for each key of a session: whether it is there. */
export const EVENT_PRESENT_KEYS = 88
/** u32, a bit for each key of a session: whether it is a time in seconds. */
export const EVENT_SECONDS_KEYS = 92
/** u32, a bit for each key of a session: whether its value has white space between its tokens. */
export const EVENT_SPACED_KEYS = 96
/** For each key of a session, u32 address and u32 length of its value. */
export const EVENT_VALUES = 104
export const EVENT_VALUE_BYTES = 8
export const EVENT_VALUE_LENGTH = 4
export const EVENT_BYTES = 216
/** The six times of an event, or of a session. */
export const TIMES_BYTES = 48
export const TIME_BYTES = 8

// A hash table (see `table.ts`) and a slot of it.
export const TABLE_SLOTS = 0
export const TABLE_SHIFT = 4
export const TABLE_COUNT = 8
export const TABLE_CAPACITY = 12
export const TABLE_BYTES = 16
export const SLOT_TAG = 0
/** u32: 0 if the slot is free. */
export const SLOT_RECORD = 4
export const SLOT_BYTES = 8

// A cursor over a range of a sorted table (see `merge.ts`): u32 next entry, u32 end.
export const CURSOR_NEXT = 0
export const CURSOR_END = 4
export const CURSOR_BYTES = 8

// A key of an object that is being read (see `keep.ts`): u32 address, u32 length.
export const OPEN_KEY_TEXT = 0
export const OPEN_KEY_LENGTH = 4
export const OPEN_KEY_BYTES = 8

/** A pointer in a list of records. */
export const POINTER_BYTES = 4

/** What the compiler places before a string: u32, its length in bytes. The string is UTF-16. */
export const STRING_LENGTH_BEFORE = 4
