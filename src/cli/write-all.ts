import type { Output } from './output.js'

/** Texts are joined up to this length before they are written. */
const WRITE_LENGTH = 1 << 16

interface Joining {
  /** False once nobody wants more; a promise only where something is written. */
  readonly add: (text: string) => boolean | Promise<boolean>
  readonly rest: () => Promise<boolean>
}

const joining = (output: Output): Joining => {
  let waiting = ''
  const rest = (): Promise<boolean> => {
    const text = waiting
    waiting = ''
    return output.write(text)
  }
  return {
    add: (text) => {
      waiting += text
      return waiting.length < WRITE_LENGTH || rest()
    },
    rest,
  }
}

/** Writes texts one after the other, no faster than they are taken, until nobody wants more. */
export const writeAll = async (texts: Iterable<string>, output: Output): Promise<void> => {
  const joined = joining(output)
  for (const text of texts) {
    const isWanted = joined.add(text)
    if (isWanted !== true && !(await isWanted)) return
  }
  await joined.rest()
}

/** {@link writeAll}, of texts that come by and by. */
export const writeAllComing = async (
  texts: AsyncIterable<string>,
  output: Output,
): Promise<void> => {
  const joined = joining(output)
  for await (const text of texts) if (!(await joined.add(text))) return
  await joined.rest()
}
