import type { Output } from './output.js'

/** Texts are joined up to this length, in UTF-16 code units, before they are written. */
const BUFFER_LENGTH = 1 << 16

interface TextBuffer {
  /** False when the reader is gone. A promise only if something was written: that is rare and must stay cheap. */
  readonly add: (text: string) => boolean | Promise<boolean>
  readonly flush: () => Promise<boolean>
}

const createTextBuffer = (output: Output): TextBuffer => {
  let buffer = ''
  const flush = (): Promise<boolean> => {
    const text = buffer
    buffer = ''
    return output.write(text)
  }
  return {
    add: (text) => {
      buffer += text
      return buffer.length < BUFFER_LENGTH || flush()
    },
    flush,
  }
}

/** Writes texts in their order, no faster than the output takes them, until the reader is gone. */
export const writeTexts = async (texts: Iterable<string>, output: Output): Promise<void> => {
  const buffer = createTextBuffer(output)
  for (const text of texts) {
    const hasReader = buffer.add(text)
    if (hasReader !== true && !(await hasReader)) return
  }
  await buffer.flush()
}

/** As {@link writeTexts}, for texts that arrive over time. */
export const writeTextStream = async (
  texts: AsyncIterable<string>,
  output: Output,
): Promise<void> => {
  const buffer = createTextBuffer(output)
  for await (const text of texts) if (!(await buffer.add(text))) return
  await buffer.flush()
}
