import { isPlainObject } from '../events/json.js'

/** Several JSON objects stand on one line. A log has one event on each line. */
export interface SeveralObjects {
  readonly _tag: 'SeveralObjects'
}

/** The line is an object of another tool, which has the event in one of its keys. */
export interface WrappedEvent {
  readonly _tag: 'WrappedEvent'
  readonly key: WrapperKey
  /** Whether the key holds the text of the event, or the event as an object. */
  readonly isText: boolean
}

/** The keys in which tools put an event, and the tools. */
const TOOLS = {
  payload: 'a Svix export',
  message: 'CloudWatch or another log shipper',
  log: 'the json-file driver of Docker',
} as const

type WrapperKey = keyof typeof TOOLS

const WRAPPER_KEYS = Object.keys(TOOLS) as ReadonlyArray<WrapperKey>

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const looksLikeEvent = (value: unknown): boolean =>
  isPlainObject(value) && typeof value.type === 'string' && isPlainObject(value.data)

const wrappedEventOf = (text: string): WrappedEvent | null => {
  // Most refused lines of a log are events of other types: they are not parsed again.
  if (!WRAPPER_KEYS.some((key) => text.includes(`"${key}"`))) return null
  const line = parsed(text)
  if (!isPlainObject(line)) return null
  for (const key of WRAPPER_KEYS) {
    const value = line[key]
    const isText = typeof value === 'string'
    if (looksLikeEvent(isText ? parsed(value) : value)) return { _tag: 'WrappedEvent', key, isText }
  }
  return null
}

/** Behind the object with which a text begins; 0 if the text begins otherwise, or the object has no end. */
const endOfObject = (text: string): number => {
  let [levels, isInString] = [0, false]
  for (const { 0: token, index } of text.matchAll(/\\.|["{}]/gs)) {
    if (token === '"') isInString = !isInString
    else if (!isInString && token === '{') levels += 1
    else if (!isInString && token === '}') levels -= 1
    if (levels <= 0 && !isInString) return token === '}' ? index + 1 : 0
  }
  return 0
}

const areSeveralObjects = (text: string): boolean => {
  const end = endOfObject(text)
  return /^\s*,?\s*\{/.test(text.slice(end, end + 100)) && isPlainObject(parsed(text.slice(0, end)))
}

/** What a refused line is, if it is a mistake that is often made; null for all others. */
export const hintOf = (text: string, isJson: boolean): SeveralObjects | WrappedEvent | null => {
  if (isJson) return wrappedEventOf(text)
  return areSeveralObjects(text) ? { _tag: 'SeveralObjects' } : null
}

/** Describes a mistake, and says what to do. */
export const describeHint = (hint: SeveralObjects | WrappedEvent): string => {
  if (hint._tag === 'SeveralObjects') {
    return 'several JSON objects on one line: put each event on a line of its own, for example with jq -c .'
  }
  const { key, isText } = hint
  const filter = isText ? `'.${key} | fromjson'` : `.${key}`
  return `this looks like a line of ${TOOLS[key]}: extract the event from its key ${key}, for example with jq -c ${filter}`
}
