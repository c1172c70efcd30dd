import { randomFillSync } from 'node:crypto'
import type { TextPlace } from './instance.js'
import { clientTexts, KEYWORDS } from './keywords.js'
import {
  CLIENT_TEXT_BYTES,
  CLIENT_TEXT_LENGTH,
  CLIENT_TEXT_START,
  CLIENT_TEXTS,
  FINAL_HASH_KEY,
  FIRST_REGION,
  FRONTIER,
  HASH_KEYS,
  HASH_KEYS_END,
  KEYWORD_BYTES,
  KEYWORD_LENGTH_BYTES,
  KEYWORD_LENGTHS,
  KEYWORD_TEXTS,
  PAGE_BYTES,
  VECTOR_BYTES,
} from './layout.js'
import { LONE_SURROGATE } from './sorting-bytes.js'
import type { EngineQuery } from './engine-query.js'
import { createMemory, type WasmMemory } from './web-assembly.js'

/** What all threads of one replay share. */
export interface SharedMemory {
  readonly memory: WasmMemory
  /** The id of the only client that is folded; its length is 0 if all are folded. */
  readonly onlyClient: TextPlace
}

const FIRST_PAGES = 2

/**
 * The bytes of an id as they stand in a line. An id that needs an escape there becomes bytes that no line
 * has, so that the engine folds no client: the plain path folds this one.
 */
const idBytes = (id: string): Uint8Array =>
  id !== '' && !LONE_SURROGATE.test(id) ? Buffer.from(id) : Buffer.from([0])

/**
 * Creates the memory of a replay, with what the engine expects in it: keywords, the constant parts of a
 * Client, random keys for the hashes, and the id of the only client.
 *
 * @param maxPages - the greatest size of the memory, in pages of 64 KiB
 */
export const createSharedMemory = ({ clientId }: EngineQuery, maxPages: number): SharedMemory => {
  const id = clientId === undefined ? new Uint8Array() : idBytes(clientId)
  const idPages = id.length === 0 ? 0 : Math.ceil((id.length + VECTOR_BYTES) / PAGE_BYTES)
  const memory = createMemory(FIRST_PAGES + idPages, maxPages)
  const bytes = Buffer.from(memory.buffer)
  KEYWORDS.forEach((keyword, index) => {
    bytes.write(`,"${keyword}":`, KEYWORD_TEXTS + KEYWORD_BYTES * index)
    bytes.writeUInt32LE(keyword.length, KEYWORD_LENGTHS + KEYWORD_LENGTH_BYTES * index)
  })
  clientTexts().forEach((text, index) => {
    const place = CLIENT_TEXTS + CLIENT_TEXT_BYTES * index
    bytes.writeUInt32LE(text.length, place + CLIENT_TEXT_LENGTH)
    bytes.write(text, place + CLIENT_TEXT_START)
  })
  // Not every version of Node fills shared bytes with random ones, so they are copied.
  bytes.set(randomFillSync(new Uint8Array(HASH_KEYS_END - HASH_KEYS)), HASH_KEYS)
  // Multiplying by an odd number maps no two sums to the same hash.
  bytes[FINAL_HASH_KEY] = (bytes[FINAL_HASH_KEY] ?? 0) | 1
  bytes.set(id, FIRST_REGION)
  bytes.writeUInt32LE(FIRST_REGION + PAGE_BYTES * idPages, FRONTIER)
  return {
    memory,
    onlyClient: { address: id.length === 0 ? 0 : FIRST_REGION, length: id.length },
  }
}
