import * as E from 'fp-ts/lib/Either.js'
import type { ClientError } from '../domain/client-error.js'
import type { ClientCommand } from '../domain/command.js'
import { decide } from '../domain/decide.js'
import type { ClientErased, EventIdConflict } from '../event-store/append-refusal.js'
import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { KeptStates } from './state-cache.js'

/** Others were faster, every time: the command was not executed, and may be tried again. */
export interface TooMuchContention {
  readonly _tag: 'TooMuchContention'
}

/** Why a command was not executed. */
export type ExecuteError = ClientError | ClientErased | EventIdConflict | TooMuchContention

/** What a command has led to: nothing where there was nothing to do. */
export type Executed = E.Either<ExecuteError, ReadonlyArray<RecordedEvent>>

/** A command is tried so often against others who append to the same client. */
const MOST_ATTEMPTS = 20

/** Reads, decides, and appends at the revision that was read; again, if somebody was faster. */
export const executeCommand = async (
  store: EventStore,
  states: KeptStates,
  clientId: string,
  command: ClientCommand,
  signal: AbortSignal | undefined,
): Promise<Executed> => {
  if (command.type === 'CreateSession' && command.clientId !== clientId) {
    return E.left({ _tag: 'ClientMismatch' })
  }
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    signal?.throwIfAborted()
    const { state, revision } = await states.now(clientId)
    const decision = decide(command, state)
    if (E.isLeft(decision)) return decision
    if (decision.right.length === 0) return E.right([])
    const appended = await store.append(clientId, decision.right, revision)
    if (E.isRight(appended)) return E.right(appended.right.recorded)
    if (appended.left._tag !== 'RevisionConflict') return E.left(appended.left)
  }
  return E.left({ _tag: 'TooMuchContention' })
}
