/**
 * Hashes of ids, with secret keys that are drawn for each replay, so that an attacker cannot choose
 * ids that collide.
 *
 * The hash is NH, of UMAC (Black, Halevi, Krawczyk, Krovetz, Rogaway, 1999): a secret key is added to each
 * half of eight bytes, the halves are multiplied, the products are added up. Two different texts collide
 * with a probability of 2^-32, whatever they are. Clients and sessions have keys of their own.
 */
import {
  CLIENT_HASH_KEYS,
  CLIENT_LENGTH_KEY,
  FINAL_HASH_KEY,
  HASH_KEY_BYTES,
  MAX_ID_BYTES,
  SESSION_HASH_KEYS,
  SESSION_LENGTH_KEY,
} from '../layout'

const HALF_BITS: u64 = 32
const BITS_OF_A_BYTE: u64 = 8
/** The shift that mixes upper bits into lower ones before the last multiplication. */
const MIX_BITS: u64 = 29

function product(word: u64, key: u64): u64 {
  return <u64>(<u32>word + <u32>key) * <u64>(<u32>(word >> HALF_BITS) + <u32>(key >> HALF_BITS))
}

/** Reads up to 7 bytes beyond the text. */
function sum(at: usize, length: usize, keys: usize): u64 {
  assert(length <= <usize>MAX_ID_BYTES)
  let total: u64 = 0
  while (length >= <usize>HASH_KEY_BYTES) {
    total += product(load<u64>(at), load<u64>(keys))
    at += HASH_KEY_BYTES
    keys += HASH_KEY_BYTES
    length -= HASH_KEY_BYTES
  }
  if (length == 0) return total
  const rest = load<u64>(at) & (((<u64>1) << (<u64>length * BITS_OF_A_BYTE)) - 1)
  return total + product(rest, load<u64>(keys))
}

/** The hash of the id of a client. */
export function clientHash(at: usize, length: usize): u64 {
  return sum(at, length, CLIENT_HASH_KEYS) + <u64>length * load<u64>(CLIENT_LENGTH_KEY)
}

/** The hash of the id of a session together with that of its client. */
export function sessionHash(at: usize, length: usize, ofClient: u64): u64 {
  return sum(at, length, SESSION_HASH_KEYS) + <u64>length * load<u64>(SESSION_LENGTH_KEY) + ofClient
}

/** The part of a hash that a table keeps. Its upper bits are the place in the table. */
export function tagOf(hash: u64): u32 {
  return <u32>(((hash ^ (hash >> MIX_BITS)) * load<u64>(FINAL_HASH_KEY)) >> HALF_BITS)
}
