/**
 * Shapes of values that are skipped. The users and devices of a log look alike: the same keys, with other strings,
 * numbers and booleans. So the text of a value is kept with the places of its scalars, and the next value in that
 * place is compared with it. What is the same, byte for byte, need not be read again; a scalar that differs is read.
 */
import { VECTOR_BYTES } from '../layout'
import { isDigit, LOWER_F, LOWER_T, QUOTE, ZERO } from './ascii'
import { copy, equalBytes } from './bytes'
import { takeRegion } from './memory'
import { afterDigits, afterLiteral, afterString } from './scan'

/** A value with more scalars or more bytes has no shape. */
const MAX_SCALARS: usize = 256
const MAX_TEXT_BYTES: usize = 8192

/** A scalar: where it begins and ends, counted from the beginning of its value. */
const SCALAR_BYTES: usize = 8
const SCALAR_END: usize = 4

/** A shape: the length of its text, 0 without a shape; how many scalars; the scalars; the text. */
const SCALAR_COUNT: usize = 4
const SCALARS: usize = 8
const TEXT: usize = SCALARS + MAX_SCALARS * SCALAR_BYTES
const SHAPE_BYTES: usize = TEXT + MAX_TEXT_BYTES + <usize>VECTOR_BYTES

/** How many values of an object have a shape of their own; those that follow share the last one. */
const SHAPES: u32 = 8

/** The longest number that is read here: it is finite and has one form. */
const MAX_DIGITS: usize = 15

/** The scalars of the value that is being read, by their addresses. */
let scalars: usize = 0
let scalarCount: usize = 0

/** Takes the memory for the scalars of a value. */
export function beginShapes(): void {
  scalars = takeRegion(MAX_SCALARS * SCALAR_BYTES)
}

/** Shapes for the values of an object, one for each place. */
export function newShapes(): usize {
  return takeRegion(SHAPES * SHAPE_BYTES)
}

/** The shape of the value that stands in that place among the values that are skipped. */
export function shapeOf(shapes: usize, place: u32): usize {
  return shapes + <usize>min(place, SHAPES - 1) * SHAPE_BYTES
}

/** Begins a value: no scalar of it was read yet. */
export function forgetScalars(): void {
  scalarCount = 0
}

/** Notes a scalar of the value that is being read. Returns its end. */
export function noteScalar(start: usize, end: usize): usize {
  if (scalarCount < MAX_SCALARS) {
    const scalar = scalars + scalarCount * SCALAR_BYTES
    store<u32>(scalar, <u32>start)
    store<u32>(scalar, <u32>end, SCALAR_END)
  }
  scalarCount += 1
  return end
}

/** Makes a value, whose scalars were noted, the shape. */
export function keepShape(shape: usize, start: usize, end: usize): void {
  const bytes = end - start
  if (scalarCount > MAX_SCALARS || bytes > MAX_TEXT_BYTES) {
    store<u32>(shape, 0)
    return
  }
  store<u32>(shape, <u32>bytes)
  store<u32>(shape, <u32>scalarCount, SCALAR_COUNT)
  for (let place: usize = 0; place < scalarCount * SCALAR_BYTES; place += SCALAR_BYTES) {
    store<u32>(shape + place, load<u32>(scalars + place) - <u32>start, SCALARS)
    const scalarEnd = load<u32>(scalars + place, SCALAR_END) - <u32>start
    store<u32>(shape + place, scalarEnd, SCALARS + SCALAR_END)
  }
  copy(shape + TEXT, start, bytes)
}

/** Behind a number of few digits, without sign, fraction and exponent; others are unsure. */
function afterShortNumber(at: usize): usize {
  const end = afterDigits(at)
  if (end == at || end - at > MAX_DIGITS) return 0
  return load<u8>(at) == ZERO && end - at > 1 ? 0 : end
}

/** Behind a scalar in whose place one stood that began with the byte `was`. */
function afterScalar(at: usize, was: u32): usize {
  const byte = <u32>load<u8>(at)
  if (was == QUOTE) return byte == QUOTE ? afterString(at + 1) : 0
  if (was == LOWER_T || was == LOWER_F)
    return byte == LOWER_T || byte == LOWER_F ? afterLiteral(at) : 0
  return isDigit(was) ? afterShortNumber(at) : 0
}

/**
 * From a scalar on, the one in which a text differs from the shape's at that place, or the one behind. A number that
 * goes on differs just behind its end.
 */
function scalarAt(scalar: usize, end: usize, place: u32, isBehindDigit: bool): usize {
  const lastEnd = isBehindDigit ? place : place + 1
  while (scalar < end && load<u32>(scalar, SCALAR_END) < lastEnd) scalar += SCALAR_BYTES
  return scalar
}

/** Behind a value that is like the shape; 0 if it is not, or if it is unsure. */
export function afterLike(at: usize, shape: usize): usize {
  const bytes: usize = load<u32>(shape)
  if (bytes == 0) return 0
  const text = shape + TEXT
  const textEnd = text + bytes
  const scalarsEnd = shape + SCALARS + <usize>load<u32>(shape, SCALAR_COUNT) * SCALAR_BYTES
  let scalar = shape + SCALARS
  let like = text
  while (true) {
    const same = <usize>ctz(~equalBytes(at, like))
    at += same
    like += same
    if (like >= textEnd) return at - (like - textEnd)
    if (same == VECTOR_BYTES) continue
    scalar = scalarAt(scalar, scalarsEnd, <u32>(like - text), isDigit(load<u8>(like - 1)))
    if (scalar == scalarsEnd) return 0
    const start = text + <usize>load<u32>(scalar)
    if (start > like) return 0
    at = afterScalar(at - (like - start), load<u8>(start))
    if (at == 0) return 0
    like = text + <usize>load<u32>(scalar, SCALAR_END)
    scalar += SCALAR_BYTES
  }
}
