/** The headers of a request, as `fetch` or as Node represents them. */
export type WebhookHeaders =
  Headers | Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** The headers of a delivery. */
export interface DeliveryHeaders {
  readonly id: string
  /** The time of this attempt, as the header has it: seconds. */
  readonly timestamp: string
  readonly signature: string
}

/** The names that Svix uses, and those of Standard Webhooks, which grew out of them. */
const PREFIXES = ['svix-', 'webhook-'] as const

/** Frameworks have `Headers` classes of their own, so `instanceof` the global one does not work. */
const isFetchHeaders = (headers: WebhookHeaders): headers is Headers =>
  'get' in headers && typeof headers.get === 'function'

/** The values of a header, whatever the case of its name. */
const valuesOf = (headers: WebhookHeaders, name: string): ReadonlyArray<string> => {
  if (isFetchHeaders(headers)) {
    const value = headers.get(name)
    return value === null ? [] : [value]
  }
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
}

/** The three headers under one prefix: complete, all absent, or neither. */
type HeaderGroup = DeliveryHeaders | 'absent' | 'ambiguous'

const headersUnder = (headers: WebhookHeaders, prefix: string): HeaderGroup => {
  const values = ['id', 'timestamp', 'signature'].map((name) => valuesOf(headers, prefix + name))
  if (values.every(({ length }) => length === 0)) return 'absent'
  const [[id] = [], [timestamp] = [], [signature] = []] = values
  return id !== undefined &&
    timestamp !== undefined &&
    signature !== undefined &&
    values.every(({ length }) => length === 1)
    ? { id, timestamp, signature }
    : 'ambiguous'
}

const areSame = (left: DeliveryHeaders, right: DeliveryHeaders): boolean =>
  left.id === right.id && left.timestamp === right.timestamp && left.signature === right.signature

/**
 * The headers of a delivery, if they are unambiguous: each of the three exactly once, under the names of
 * Svix or of Standard Webhooks, or under both with the same values. Otherwise a proxy in front could
 * have looked at another value than this code does. (A header that came twice arrives as one with a
 * comma. No valid id, timestamp or list of signatures has a comma at that place.)
 */
export const readHeaders = (headers: WebhookHeaders): DeliveryHeaders | undefined => {
  const groups = PREFIXES.map((prefix) => headersUnder(headers, prefix)).filter(
    (group) => group !== 'absent',
  )
  const [first, second] = groups
  if (first === undefined || first === 'ambiguous' || second === 'ambiguous') return undefined
  return second === undefined || areSame(first, second) ? first : undefined
}
