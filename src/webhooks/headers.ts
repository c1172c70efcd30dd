/** The headers of a request: of `fetch`, or as Node gives them. */
export type WebhookHeaders =
  Headers | Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** What the headers say of a delivery. */
export interface DeliveryHeaders {
  readonly id: string
  /** Of this attempt, as it stands there: seconds. */
  readonly timestamp: string
  readonly signature: string
}

/** The names of Svix, and those of the standard that was made of them. */
const PREFIXES = ['svix-', 'webhook-'] as const

/** Frameworks bring classes of their own, which are no instances of the global one. */
const isOfFetch = (headers: WebhookHeaders): headers is Headers =>
  'get' in headers && typeof headers.get === 'function'

/** The values of a header, however its name is written. */
const valuesOf = (headers: WebhookHeaders, name: string): ReadonlyArray<string> => {
  if (isOfFetch(headers)) {
    const value = headers.get(name)
    return value === null ? [] : [value]
  }
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
}

type Found = DeliveryHeaders | 'none' | 'unclear'

const headersUnder = (headers: WebhookHeaders, prefix: string): Found => {
  const values = ['id', 'timestamp', 'signature'].map((name) => valuesOf(headers, prefix + name))
  if (values.every(({ length }) => length === 0)) return 'none'
  const [[id] = [], [timestamp] = [], [signature] = []] = values
  return id !== undefined &&
    timestamp !== undefined &&
    signature !== undefined &&
    values.every(({ length }) => length === 1)
    ? { id, timestamp, signature }
    : 'unclear'
}

const areSame = (left: DeliveryHeaders, right: DeliveryHeaders): boolean =>
  left.id === right.id && left.timestamp === right.timestamp && left.signature === right.signature

/**
 * What the headers say, if it is clear: each of the three once, under the names of Svix or of the
 * standard, or under both with the same values. Whoever stands in front may have chosen another one
 * of several than we would. (A header that came twice reaches us as one with a comma: no id, no
 * timestamp and no list of signatures has one there.)
 */
export const readHeaders = (headers: WebhookHeaders): DeliveryHeaders | undefined => {
  const found = PREFIXES.map((prefix) => headersUnder(headers, prefix)).filter(
    (each) => each !== 'none',
  )
  const [first, second] = found
  if (first === undefined || first === 'unclear' || second === 'unclear') return undefined
  return second === undefined || areSame(first, second) ? first : undefined
}
