import * as E from 'fp-ts/lib/Either.js'
import type { ClientError } from '../domain/client-error.js'
import type { ClientCommand } from '../domain/command.js'
import { decide } from '../domain/decide.js'
import type { Erased, EventIdConflict } from '../event-store/append-refusal.js'
import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { StateCache } from './state-cache.js'

/** Other writers appended first, at every attempt. The command was not executed; try it again. */
export interface TooMuchContention {
  readonly _tag: 'TooMuchContention'
}

/** Why a command was not executed. */
export type ExecuteError = ClientError | Erased | EventIdConflict | TooMuchContention

/** The events that a command recorded, or why it was not executed. No events: nothing had to be done. */
export type ExecuteResult = E.Either<ExecuteError, ReadonlyArray<RecordedEvent>>

/** How often a command is tried while other writers append to the same client. */
const MOST_ATTEMPTS = 20

/** Reads, decides, and appends at the revision that was read. If another writer was faster, it starts again. */
export const executeCommand = async (
  store: EventStore,
  states: StateCache,
  clientId: string,
  command: ClientCommand,
  signal: AbortSignal | undefined,
): Promise<ExecuteResult> => {
  if (command.type === 'CreateSession' && command.clientId !== clientId) {
    return E.left({ _tag: 'ClientMismatch' })
  }
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    signal?.throwIfAborted()
    const { state, revision } = await states.now(clientId)
    const decision = decide(command, state)
    if (E.isLeft(decision)) return decision
    if (decision.right.length === 0) return E.right([])
    const answer = await store.append(clientId, decision.right, revision)
    if (E.isRight(answer)) return E.right(answer.right.recorded)
    if (answer.left._tag !== 'RevisionConflict') return E.left(answer.left)
  }
  return E.left({ _tag: 'TooMuchContention' })
}
