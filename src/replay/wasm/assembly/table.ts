/**
 * Hash tables, open, probed one slot after the other, at most three quarters full; they double.
 *
 *     a table     u32 slots, u32 shift, u32 count, u32 most
 *     a slot      u32 tag, u32 record       record 0: free
 *
 * Nothing is ever taken out. A slot keeps the tag beside the record, so that a search touches no record
 * but the right one (or, once in some billions, one of an equal tag), and a table grows without any.
 */
import { giveBack } from './arena'
import { takeRegion } from './memory'

const SLOTS: usize = 0
const SHIFT: usize = 4
const COUNT: usize = 8
const MOST: usize = 12

const FIRST_BITS: u32 = 10

/** An empty table. */
export function newTable(): usize {
  const table = takeRegion(16)
  begin(table, FIRST_BITS)
  return table
}

function begin(table: usize, bits: u32): void {
  const size: u32 = (<u32>1) << bits
  store<u32>(table, <u32>takeRegion((<usize>size) << 3), SLOTS)
  store<u32>(table, 32 - bits, SHIFT)
  store<u32>(table, size - (size >> 2), MOST)
}

export function countOf(table: usize): u32 {
  return load<u32>(table, COUNT)
}

function slotsEnd(table: usize): usize {
  return load<u32>(table, SLOTS) + ((<usize>8) << (32 - load<u32>(table, SHIFT)))
}

/** The slot where the search for a tag begins. */
export function firstSlot(table: usize, tag: u32): usize {
  return load<u32>(table, SLOTS) + ((<usize>(tag >> load<u32>(table, SHIFT))) << 3)
}

/** The slot that a search goes on to. */
export function nextSlot(table: usize, slot: usize): usize {
  return slot + 8 == slotsEnd(table) ? load<u32>(table, SLOTS) : slot + 8
}

export function slotTag(slot: usize): u32 {
  return load<u32>(slot)
}

/** What the slot holds; 0 if it is free. */
export function slotRecord(slot: usize): usize {
  return load<u32>(slot, 4)
}

/** Puts a record in, which must be new. */
export function insert(table: usize, tag: u32, record: usize): void {
  if (load<u32>(table, COUNT) == load<u32>(table, MOST)) grow(table)
  place(table, tag, record)
  store<u32>(table, load<u32>(table, COUNT) + 1, COUNT)
}

function place(table: usize, tag: u32, record: usize): void {
  let slot = firstSlot(table, tag)
  while (slotRecord(slot) != 0) slot = nextSlot(table, slot)
  store<u32>(slot, tag)
  store<u32>(slot, <u32>record, 4)
}

function grow(table: usize): void {
  const start: usize = load<u32>(table, SLOTS)
  const end = slotsEnd(table)
  begin(table, 33 - load<u32>(table, SHIFT))
  for (let slot = start; slot < end; slot += 8) {
    if (slotRecord(slot) != 0) place(table, slotTag(slot), slotRecord(slot))
  }
  giveBack(start, end - start)
}
