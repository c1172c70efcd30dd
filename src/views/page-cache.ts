/** How many answers are kept, and how long the lists in them may be. */
const MOST_ANSWERS = 64
const LONGEST_LIST = 50

/** Keeps the answers to short questions as long as the views do not change. */
export interface PageCache {
  /** Whether the answer to a question was read, or is being read, in this state of the views. */
  readonly has: (version: string, question: string | undefined) => boolean
  /**
   * The answer to a question.
   *
   * @param version - which state of the views the answer must have at least
   * @param question - the question as text; undefined if its answer must not be kept
   */
  readonly answer: <A>(
    version: string,
    question: string | undefined,
    ask: () => Promise<A>,
  ) => Promise<A>
}

/** The text of a question about a part of a list; undefined if the part is too long to be kept. */
export const pageQuestion = (kind: string, request: { readonly limit: number }) =>
  request.limit > LONGEST_LIST ? undefined : `${kind} ${JSON.stringify(request)}`

/** Creates a cache that is empty. */
export const createPageCache = (): PageCache => {
  const answers = new Map<string, Promise<unknown>>()
  let present = ''
  return {
    has: (version, question) =>
      version === present && question !== undefined && answers.has(question),
    answer: async <A>(
      version: string,
      question: string | undefined,
      ask: () => Promise<A>,
    ): Promise<A> => {
      if (question === undefined) return ask()
      if (version !== present) answers.clear()
      present = version
      const kept = answers.get(question)
      if (kept !== undefined) return kept as Promise<A>
      const answer = ask()
      answers.set(question, answer)
      const [oldest] = answers.keys()
      if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest)
      // A failure is not kept: the next question asks again.
      answer.catch(() => {
        if (answers.get(question) === answer) answers.delete(question)
      })
      return answer
    },
  }
}
