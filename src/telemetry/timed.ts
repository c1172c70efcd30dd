import type { DeliveryWord } from './delivery-word.js'
import type { RequestEnd } from './telemetry.js'

/** How work ended: with an answer, or with what it threw. */
export type Ending<A> = { readonly answer: A } | { readonly error: unknown }

/** Does work, and reports how it ended and how long it took, in seconds. It answers or rejects as the work does. */
export const timed = async <A>(
  work: () => Promise<A>,
  report: (ending: Ending<A>, seconds: number) => void,
): Promise<A> => {
  const started = performance.now()
  const reportEnd = (ending: Ending<A>): void => {
    report(ending, (performance.now() - started) / 1000)
  }
  let answer: A
  try {
    answer = await work()
  } catch (error) {
    reportEnd({ error })
    throw error
  }
  reportEnd({ answer })
  return answer
}

/** The word of a delivery that ended. */
export const deliveryWordIn = <A>(
  ending: Ending<A>,
  wordOf: (answer: A) => DeliveryWord,
): DeliveryWord => ('error' in ending ? 'failed' : wordOf(ending.answer))

/** How a request was answered that ended. */
export const requestEndIn = <A>(ending: Ending<A>, endOf: (answer: A) => RequestEnd): RequestEnd =>
  'error' in ending ? { status: 500, failure: 'defect' } : endOf(ending.answer)
