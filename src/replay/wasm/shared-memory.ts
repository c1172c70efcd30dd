import { randomFillSync } from 'node:crypto'
import type { OnlyClient } from './instance.js'
import { LONE_SURROGATE } from './sorting-bytes.js'
import type { EngineView } from './view.js'
import { newMemory, type WasmMemory } from './web-assembly.js'
import { clientTexts, ENGINE_WORDS } from './keywords.js'

/** Where things are: the picture in `engine/memory.ts`. */
const FRONTIER = 64
const WORD_TEXTS = 128
const WORD_LENGTHS = 3072
const HASH_KEYS = 4096
const LAST_HASH_KEY = 4624
const HASH_KEYS_END = 4632
const CLIENT_TEXTS = 6144
const ONLY_CLIENT = 65_536

const PAGE = 65_536

/** What all threads of one replay share. */
export interface SharedMemory {
  readonly memory: WasmMemory
  readonly onlyClient: OnlyClient
}

/**
 * The id as it would stand in a line whose bytes are taken as they are. One that could not stand there,
 * for want of an escape, becomes bytes that no such id has.
 */
const idBytes = (id: string): Uint8Array =>
  id !== '' && !LONE_SURROGATE.test(id) ? Buffer.from(id) : Buffer.from([0])

/**
 * The memory of a replay, with what `engine/` expects to find in it: words, texts, secret keys for the
 * hashes, the id of the only client that is wanted.
 */
export const newSharedMemory = ({ clientId }: EngineView, mostPages: number): SharedMemory => {
  const id = clientId === undefined ? new Uint8Array() : idBytes(clientId)
  const pages = 2 + Math.ceil((id.length + 16) / PAGE)
  const memory = newMemory(pages, mostPages)
  const bytes = Buffer.from(memory.buffer)
  ENGINE_WORDS.forEach((word, index) => {
    bytes.write(`,"${word}":`, WORD_TEXTS + 32 * index)
    bytes.writeUInt32LE(word.length, WORD_LENGTHS + 4 * index)
  })
  clientTexts().forEach((text, index) => {
    bytes.writeUInt32LE(text.length, CLIENT_TEXTS + 128 * index)
    bytes.write(text, CLIENT_TEXTS + 128 * index + 16)
  })
  // Filled by way of bytes of its own: not every function of Node takes shared ones.
  bytes.set(randomFillSync(new Uint8Array(HASH_KEYS_END - HASH_KEYS)), HASH_KEYS)
  // What the last one multiplies must stay apart: it is odd.
  bytes[LAST_HASH_KEY] = (bytes[LAST_HASH_KEY] ?? 0) | 1
  bytes.set(id, ONLY_CLIENT)
  bytes.writeUInt32LE(ONLY_CLIENT + (id.length === 0 ? 0 : PAGE * (pages - 2)), FRONTIER)
  return { memory, onlyClient: { address: id.length === 0 ? 0 : ONLY_CLIENT, length: id.length } }
}
