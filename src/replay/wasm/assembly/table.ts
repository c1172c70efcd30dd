/**
 * Hash tables with open addressing and linear probing. They are at most three quarters full, and double.
 *
 * Records are never taken out. A slot keeps the tag (a part of the hash) beside the record, so a search
 * reads no record but the right one (or, very seldom, one of an equal tag), and a table grows without
 * reading any record.
 */
import {
  SLOT_BYTES,
  SLOT_RECORD,
  SLOT_TAG,
  TABLE_BYTES,
  TABLE_CAPACITY,
  TABLE_COUNT,
  TABLE_SHIFT,
  TABLE_SLOTS,
} from '../layout'
import { giveBack } from './arena'
import { takeRegion } from './memory'

const FIRST_BITS: u32 = 10
const TAG_BITS: u32 = 32

/** An empty table. */
export function newTable(): usize {
  const table = takeRegion(TABLE_BYTES)
  setSize(table, FIRST_BITS)
  return table
}

/** Gives a table 2^bits free slots. */
function setSize(table: usize, bits: u32): void {
  const size: u32 = (<u32>1) << bits
  store<u32>(table, <u32>takeRegion(<usize>size * SLOT_BYTES), TABLE_SLOTS)
  store<u32>(table, TAG_BITS - bits, TABLE_SHIFT)
  store<u32>(table, size - (size >> 2), TABLE_CAPACITY)
}

export function countOf(table: usize): u32 {
  return load<u32>(table, TABLE_COUNT)
}

function slotsOf(table: usize): usize {
  return load<u32>(table, TABLE_SLOTS)
}

function slotsEnd(table: usize): usize {
  const size = (<usize>1) << (TAG_BITS - load<u32>(table, TABLE_SHIFT))
  return slotsOf(table) + size * SLOT_BYTES
}

/** The slot in which the search for a tag begins. */
export function firstSlot(table: usize, tag: u32): usize {
  const index = <usize>(tag >> load<u32>(table, TABLE_SHIFT))
  return slotsOf(table) + index * SLOT_BYTES
}

/** The slot in which the search continues. */
export function nextSlot(table: usize, slot: usize): usize {
  const next = slot + SLOT_BYTES
  return next == slotsEnd(table) ? slotsOf(table) : next
}

export function slotTag(slot: usize): u32 {
  return load<u32>(slot, SLOT_TAG)
}

/** The record in the slot; 0 if it is free. */
export function slotRecord(slot: usize): usize {
  return load<u32>(slot, SLOT_RECORD)
}

/** Inserts a record that the table does not have yet. */
export function insert(table: usize, tag: u32, record: usize): void {
  assert(record != 0)
  if (load<u32>(table, TABLE_COUNT) == load<u32>(table, TABLE_CAPACITY)) grow(table)
  place(table, tag, record)
  store<u32>(table, load<u32>(table, TABLE_COUNT) + 1, TABLE_COUNT)
}

function place(table: usize, tag: u32, record: usize): void {
  let slot = firstSlot(table, tag)
  while (slotRecord(slot) != 0) slot = nextSlot(table, slot)
  assert(slot < slotsEnd(table))
  store<u32>(slot, tag, SLOT_TAG)
  store<u32>(slot, <u32>record, SLOT_RECORD)
}

function grow(table: usize): void {
  const start = slotsOf(table)
  const end = slotsEnd(table)
  setSize(table, TAG_BITS - load<u32>(table, TABLE_SHIFT) + 1)
  for (let slot = start; slot < end; slot += SLOT_BYTES) {
    if (slotRecord(slot) != 0) place(table, slotTag(slot), slotRecord(slot))
  }
  giveBack(start, end - start)
}
