// Appends each message of GET /v1/changes to a file, with its position, as a service does that is to miss nothing.
// After its own end, and that of the server, it goes on after the last whole line.
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const [url, secretKey, path] = process.argv.slice(2)

/** A line that was cut off was not taken in. */
const lastPosition = () => {
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  truncateSync(path, bytes.lastIndexOf(10) + 1)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines[0] === '' ? undefined : JSON.parse(lines.at(-1)).id
}

const fieldOf = (block, name) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]

let position = lastPosition()
for (;;) {
  try {
    const response = await fetch(`${url}/v1/changes?heartbeat=100`, {
      headers: {
        authorization: `Bearer ${secretKey}`,
        ...(position !== undefined && { 'last-event-id': position }),
      },
    })
    if (response.status === 410) process.exit(3)
    if (!response.ok) throw new Error(`answered ${response.status}`)
    let text = ''
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + part).split('\n\n')
      text = blocks.pop()
      for (const block of blocks) {
        const [id, data] = [fieldOf(block, 'id'), fieldOf(block, 'data')]
        if (id === undefined || (data === undefined && id === position)) continue
        appendFileSync(
          path,
          `${JSON.stringify({ id, ...(data && { change: JSON.parse(data) }) })}\n`,
        )
        position = id
      }
    }
  } catch {
    // The server is gone, or its store: it is there again soon.
  }
  await pause(50)
}
