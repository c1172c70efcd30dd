import type { Client } from '../events/client.js'
import { clientTable } from './client-table.js'
import type { Output } from './output.js'
import type { Screen } from './screen.js'

/** The formats in which Clients are written. */
export type ClientFormat = 'ndjson' | 'json' | 'table'

/** Writes Clients, which it gets as lines of JSON. */
export interface ClientWriter {
  /** Resolves to false when the reader is gone. */
  readonly write: (lines: Uint8Array) => Promise<boolean>
  readonly end: () => Promise<unknown>
}

const clientsOf = (lines: Uint8Array): ReadonlyArray<Client> =>
  Buffer.from(lines)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Client)

/** Writes what `JSON.stringify(array, null, 2)` would, in parts: one string could become too long. */
const createArrayWriter = (output: Output): ClientWriter => {
  let separator = '[\n'
  return {
    write: (lines) => {
      let text = ''
      for (const client of clientsOf(lines)) {
        text += `${separator}  ${JSON.stringify(client, null, 2).replaceAll('\n', '\n  ')}`
        separator = ',\n'
      }
      return output.write(text)
    },
    end: () => output.write(separator === '[\n' ? '[]\n' : '\n]\n'),
  }
}

/** Writes the table at the end, because the widths of its columns depend on all rows. */
const createTableWriter = (output: Output, screen: Screen): ClientWriter => {
  const clients: Client[] = []
  return {
    write: (lines) => {
      for (const client of clientsOf(lines)) clients.push(client)
      return Promise.resolve(true)
    },
    end: () => output.write(clientTable(clients, screen)),
  }
}

/** Creates a writer for a format. */
export const createClientWriter = (
  format: ClientFormat,
  output: Output,
  screen: Screen,
): ClientWriter => {
  switch (format) {
    case 'ndjson':
      return { write: output.write, end: () => Promise.resolve() }
    case 'json':
      return createArrayWriter(output)
    case 'table':
      return createTableWriter(output, screen)
  }
}
