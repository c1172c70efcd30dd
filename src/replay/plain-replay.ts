import type { ClientStates } from '../domain/state.js'
import { toClient } from '../projections/client.js'
import { projectionOf, type ClientQuery } from '../projections/client-query.js'
import type { ClientsStep } from './clients-step.js'
import { replay, type ReplayOptions } from './replay.js'
import type { LogSource } from './source.js'

/** How many characters of lines a step has, about. */
const STEP_LENGTH = 1 << 16

/** The lines of the Clients in ascending order of id, many in each step. */
function* clientLines(clients: ClientStates, query: ClientQuery): Generator<ClientsStep> {
  let [text, count] = ['', 0]
  for (const id of [...clients.keys()].sort()) {
    const state = clients.get(id)
    if (state === undefined) continue
    text += `${JSON.stringify(toClient(state, projectionOf(query)))}\n`
    count += 1
    if (text.length < STEP_LENGTH) continue
    yield { type: 'clients', lines: Buffer.from(text), count }
    ;[text, count] = ['', 0]
  }
  if (count > 0) yield { type: 'clients', lines: Buffer.from(text), count }
}

/** Replays logs line by line in JavaScript. This defines the meaning: the engine has to write the same. */
export async function* plainReplay(
  sources: ReadonlyArray<LogSource>,
  options: ReplayOptions & ClientQuery,
): AsyncGenerator<ClientsStep, void> {
  for await (const step of replay(sources, options)) {
    if (step.type !== 'done') {
      yield step
      continue
    }
    const { clients, events, refused } = step
    yield* clientLines(clients, options)
    yield { type: 'done', clients: clients.size, events, refused, engineBytes: null }
  }
}
