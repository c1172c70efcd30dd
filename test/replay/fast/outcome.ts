import { fastReplay, type FastOptions } from '../../../src/replay/fast/fast-replay.js'
import type { ClientsStep } from '../../../src/replay/clients-step.js'
import { plainReplay } from '../../../src/replay/plain-replay.js'
import { describeLineError } from '../../../src/replay/read-line.js'
import type { ReplayClientsOptions } from '../../../src/replay/replay-clients.js'
import type { LogSource } from '../../../src/replay/source.js'

/** Everything that a replay yields. */
export interface Outcome {
  /** The lines of the Clients. */
  readonly clients: string
  /** Each refused line: source, number, reason, bytes. */
  readonly refused: ReadonlyArray<string>
  readonly counts: { readonly clients: number; readonly events: number; readonly refused: number }
}

interface RefusedPieces {
  readonly name: string
  readonly bytes: Buffer[]
}

const outcomeOf = async (steps: AsyncIterable<ClientsStep>): Promise<Outcome> => {
  const refused: RefusedPieces[] = []
  let clients = ''
  let count = 0
  for await (const step of steps) {
    if (step.type === 'refused') {
      const name = `${step.source}:${step.line}: ${describeLineError(step.error)}`
      if (step.part === 'whole' || step.part === 'first') refused.push({ name, bytes: [] })
      refused.at(-1)?.bytes.push(Buffer.from(step.bytes))
    } else if (step.type === 'clients') {
      clients += Buffer.from(step.lines).toString()
      count += step.count
    } else if (step.type === 'done') {
      if (count !== step.clients) throw new Error('a Client is not counted')
      return {
        clients,
        refused: refused.map(
          ({ name, bytes }) => `${name} ${Buffer.concat(bytes).toString('latin1')}`,
        ),
        counts: { clients: step.clients, events: step.events, refused: step.refused },
      }
    }
  }
  throw new Error('the replay did not end with done')
}

/** What the plain path makes of logs. */
export const plainOutcome = (
  sources: ReadonlyArray<LogSource>,
  options: ReplayClientsOptions = {},
): Promise<Outcome> => outcomeOf(plainReplay(sources, options))

/** What the engine makes of them, on one thread unless given. */
export const fastOutcome = (
  sources: ReadonlyArray<LogSource>,
  options: Partial<FastOptions> = {},
): Promise<Outcome> => outcomeOf(fastReplay(sources, { threads: 1, ...options }))
