import { InvalidArgumentError, Option } from 'commander'
import { isPart, MAX_PARTS, type FilePart } from '../replay/file-part.js'

/**
 * Reads a part of the command line, such as `2/8`.
 *
 * @throws InvalidArgumentError if the text is not a part.
 */
export const parsePart = (text: string): FilePart => {
  const [, number = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  const part = { number: Number(number), of: Number(of) }
  if (isPart(part)) return part
  throw new InvalidArgumentError(
    `Expected I/N, such as 2/8: part I, from 1 to N, of N parts, at most ${MAX_PARTS}.`,
  )
}

/** The option `--part` of the commands that can read a part of each log. */
export const partOption = (): Option =>
  new Option(
    '--part <I/N>',
    'read only the lines that begin in the I-th of N equal parts of the bytes of each FILE; I counts from 1',
  ).argParser(parsePart)
