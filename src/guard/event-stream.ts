/** A block of a stream of server-sent events. */
export interface StreamBlock {
  readonly id: string | undefined
  /** Undefined if the block is no message. */
  readonly data: string | undefined
  /** The texts of the lines that begin with a colon, which are no part of a message. */
  readonly comments: ReadonlyArray<string>
}

const valuesOf = (lines: ReadonlyArray<string>, field: string): ReadonlyArray<string> =>
  lines.flatMap((line) =>
    line.startsWith(`${field}:`) ? line.slice(field.length + 1).replace(/^ /, '') : [],
  )

const blockOf = (text: string): StreamBlock => {
  const lines = text.split('\n')
  const data = valuesOf(lines, 'data')
  return {
    id: valuesOf(lines, 'id').at(-1),
    data: data.length === 0 ? undefined : data.join('\n'),
    comments: valuesOf(lines, ''),
  }
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) whose lines end with
 * a line feed, as this package sends them.
 */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamBlock, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    // Only the new part and the last character before it can hold the end of a block.
    const from = Math.max(0, rest.length - 1)
    rest += decoder.decode(chunk, { stream: true })
    if (!rest.includes('\n\n', from)) continue
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const text of blocks) yield blockOf(text)
  }
}
