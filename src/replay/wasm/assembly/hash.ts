/**
 * Hashes that nobody who does not know the secret can make collide: NH, of UMAC (Black, Halevi, Krawczyk,
 * Krovetz, Rogaway, 1999): each half of eight bytes is added to a secret key, the halves are multiplied,
 * the products added up. Two different texts collide with a chance of 2^-32, whoever chose them. The keys
 * are drawn by `src/engine/memory.ts` for each replay; clients and sessions have their own.
 */
import { HASH_KEYS } from './memory'

const WORDS: usize = 32
/** Keys of sessions, keys of clients, two for their lengths, an odd one for the end. */
const CLIENT_KEYS: usize = HASH_KEYS + WORDS * 8
const LENGTH_KEYS: usize = CLIENT_KEYS + WORDS * 8
const LAST_KEY: usize = LENGTH_KEYS + 16

function product(word: u64, key: u64): u64 {
  return <u64>(<u32>word + <u32>key) * <u64>(<u32>(word >> 32) + <u32>(key >> 32))
}

/** Reads up to 7 bytes more than there are. */
function sum(at: usize, length: usize, keys: usize): u64 {
  let total: u64 = 0
  while (length >= 8) {
    total += product(load<u64>(at), load<u64>(keys))
    at += 8
    keys += 8
    length -= 8
  }
  if (length == 0) return total
  const rest = load<u64>(at) & (((<u64>1) << ((<u64>length) << 3)) - 1)
  return total + product(rest, load<u64>(keys))
}

/** Of the id of a client. */
export function clientHash(at: usize, length: usize): u64 {
  return sum(at, length, CLIENT_KEYS) + <u64>length * load<u64>(LENGTH_KEYS)
}

/** Of the id of a session, in a client of that hash. */
export function sessionHash(at: usize, length: usize, ofClient: u64): u64 {
  return sum(at, length, HASH_KEYS) + <u64>length * load<u64>(LENGTH_KEYS + 8) + ofClient
}

/** The part of a hash that a table keeps. Its upper bits are the place in the table. */
export function tagOf(hash: u64): u32 {
  return <u32>(((hash ^ (hash >> 29)) * load<u64>(LAST_KEY)) >> 32)
}
