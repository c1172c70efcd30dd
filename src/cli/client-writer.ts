import type { Client } from '../events/client.js'
import { clientTable } from './client-table.js'
import type { Output } from './output.js'

/** How Clients are written. */
export type ClientFormat = 'ndjson' | 'json' | 'table'

/** Writes Clients that come as lines of JSON. */
export interface ClientWriter {
  /** False once nobody wants more. */
  readonly write: (lines: Uint8Array) => Promise<boolean>
  readonly end: () => Promise<unknown>
}

const clientsOf = (lines: Uint8Array): ReadonlyArray<Client> =>
  Buffer.from(lines)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Client)

/** As `JSON.stringify(array, null, 2)` writes it, some items at a time: a text has a greatest length. */
const arrayWriter = (output: Output): ClientWriter => {
  let before = '[\n'
  return {
    write: (lines) => {
      let text = ''
      for (const client of clientsOf(lines)) {
        text += `${before}  ${JSON.stringify(client, null, 2).replaceAll('\n', '\n  ')}`
        before = ',\n'
      }
      return output.write(text)
    },
    end: () => output.write(before === '[\n' ? '[]\n' : '\n]\n'),
  }
}

/** The columns of a table are as wide as what stands in them: it is written at the end. */
const tableWriter = (output: Output): ClientWriter => {
  const clients: Client[] = []
  return {
    write: (lines) => {
      for (const client of clientsOf(lines)) clients.push(client)
      return Promise.resolve(true)
    },
    end: () => output.write(clientTable(clients)),
  }
}

/** Writes Clients in a format. */
export const clientWriter = (format: ClientFormat, output: Output): ClientWriter => {
  switch (format) {
    case 'ndjson':
      return { write: output.write, end: () => Promise.resolve() }
    case 'json':
      return arrayWriter(output)
    case 'table':
      return tableWriter(output)
  }
}
