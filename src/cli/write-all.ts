import type { Output } from './output.js'

/** Texts are joined up to this length before they are written. */
const WRITE_LENGTH = 1 << 16

/** Writes texts one after the other, no faster than they are taken, until nobody wants more. */
export const writeAll = async (texts: Iterable<string>, output: Output): Promise<void> => {
  let waiting = ''
  for (const text of texts) {
    waiting += text
    if (waiting.length < WRITE_LENGTH) continue
    if (!(await output.write(waiting))) return
    waiting = ''
  }
  await output.write(waiting)
}
