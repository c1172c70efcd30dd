/**
 * Shares a reading among the questions that were there when it began. A question never gets the result
 * of a reading that began before it, because that can lack what was committed before the question.
 *
 * @param read - runs once at a time
 */
export const createSharedReading = (read: () => Promise<void>): (() => Promise<void>) => {
  let questions = 0
  let last = { questions: 0, reading: Promise.resolve() }
  let turn: Promise<void> = Promise.resolve()
  return () => {
    const question = (questions += 1)
    const result = turn.then(() => {
      // Questions that were there when a reading began share it, also its failure.
      if (last.questions < question) last = { questions, reading: read() }
      return last.reading
    })
    turn = result.catch(() => undefined)
    return result
  }
}
