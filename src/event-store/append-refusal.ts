/** The client has another revision than the append expected: another append came first. */
export interface RevisionConflict {
  readonly _tag: 'RevisionConflict'
  /** The client's actual revision. */
  readonly actual: number
}

/** The store holds another event under the same event id. */
export interface EventIdConflict {
  readonly _tag: 'EventIdConflict'
}

/** What an erasure is about. */
export type ErasedKind = 'client' | 'user' | 'session'

/**
 * The event is about a session that was erased: of a client or of a user, and created before the moment
 * of that erasure, or a session that was forgotten. An erasure is never undone.
 */
export interface Erased {
  readonly _tag: 'Erased'
  readonly what: ErasedKind
}

/** Why nothing was appended. */
export type AppendRefusal = RevisionConflict | EventIdConflict | Erased

/**
 * A refusal in one sentence, without any value of an event.
 *
 * @example
 * import { describeAppendRefusal } from 'clientfold/event-store'
 * describeAppendRefusal({ _tag: 'RevisionConflict', actual: 3 }) // => 'the client has another revision than expected: 3'
 */
export const describeAppendRefusal = (refusal: AppendRefusal): string => {
  switch (refusal._tag) {
    case 'RevisionConflict':
      return `the client has another revision than expected: ${refusal.actual}`
    case 'EventIdConflict':
      return 'the store holds an event with this id and other content'
    case 'Erased':
      return `the ${refusal.what} was erased`
  }
}
