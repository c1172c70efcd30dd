/**
 * Too many questions about other moments wait already. Each of them folds the whole log, so a store
 * answers one after the other. Ask again later, or ask about the same moment as others do: equal moments
 * share one fold.
 */
export class TooManyQuestions extends Error {
  override readonly name = 'TooManyQuestions'
  /** About when there is room again. */
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super(
      `too many lists of other moments are waiting: ask again in ${retryAfterSeconds} seconds, or for one user or client`,
    )
    this.retryAfterSeconds = retryAfterSeconds
  }
}
