import type { DeliveryRequest } from '../subjects/subject.js'

/** A word of shell, whatever characters it has. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A request as a line of shell that sends it, and prints the status of the answer. */
export const curlLine = (url: string, { headers, body }: DeliveryRequest): string =>
  [
    `curl -s -o /dev/null -w '%{http_code}\\n' ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ].join(' ')
