import { fastReplay } from '../../../src/replay/fast/fast-replay.js'
import type { ClientsStep } from '../../../src/replay/clients-step.js'
import { plainReplay } from '../../../src/replay/plain-replay.js'
import { describeLineError } from '../../../src/replay/read-line.js'
import type { ReplayClientsOptions } from '../../../src/replay/replay-clients.js'
import type { LogSource } from '../../../src/replay/source.js'

/** Everything that a replay says. */
export interface Outcome {
  /** The lines of the Clients. */
  readonly clients: string
  /** Each refused line: source, number, reason, bytes. */
  readonly refused: ReadonlyArray<string>
  readonly counts: { readonly clients: number; readonly events: number; readonly refused: number }
}

interface Piece {
  readonly name: string
  readonly bytes: Buffer[]
}

const outcomeOf = async (steps: AsyncIterable<ClientsStep>): Promise<Outcome> => {
  const refused: Piece[] = []
  let clients = ''
  let written = 0
  for await (const step of steps) {
    if (step.type === 'refused') {
      const name = `${step.source}:${step.line}: ${describeLineError(step.error)}`
      if (step.part === 'whole' || step.part === 'first') refused.push({ name, bytes: [] })
      refused.at(-1)?.bytes.push(Buffer.from(step.bytes))
    } else if (step.type === 'clients') {
      clients += Buffer.from(step.lines).toString()
      written += step.count
    } else if (step.type === 'done') {
      if (written !== step.clients) throw new Error('every Client is counted once')
      return {
        clients,
        refused: refused.map(
          ({ name, bytes }) => `${name} ${Buffer.concat(bytes).toString('latin1')}`,
        ),
        counts: { clients: step.clients, events: step.events, refused: step.refused },
      }
    }
  }
  throw new Error('a replay ends with done')
}

/** What the plain path makes of logs. */
export const plainOutcome = (
  sources: ReadonlyArray<LogSource>,
  options: ReplayClientsOptions = {},
): Promise<Outcome> => outcomeOf(plainReplay(sources, options))

/** What the engine makes of them. */
export const fastOutcome = (
  sources: ReadonlyArray<LogSource>,
  { threads = 1, ...options }: ReplayClientsOptions & { readonly blockBytes?: number } = {},
): Promise<Outcome> => outcomeOf(fastReplay(sources, { ...options, threads }))
