// The least that any reader of a log in JavaScript does: split the lines, parse each, keep nothing.
import { createReadStream } from 'node:fs'

let rest = ''
let bytesSeen = 0
for await (const chunk of createReadStream(process.argv[2], {
  encoding: 'utf8',
  highWaterMark: 1 << 20,
})) {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) bytesSeen += JSON.parse(line).type.length
}
console.log(bytesSeen)
