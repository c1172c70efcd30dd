import type { Inspection } from '../inspection.js'
import type { QuarantineEntry, RetryAnswer } from '../server-answers.js'

/** The server does not know this browser, or not any more. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut'
}

/** The server answered that something is wrong. The message is for the person who looks at the page. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal'
}

const base = (): string => location.pathname.replace(/\/+$/, '')

/** The URL of an endpoint of the inspector. */
export const endpointUrl = (name: string): string => `${base()}/${name}`

const sentenceOf = async (response: Response): Promise<string> => {
  try {
    const { errors } = (await response.json()) as { errors: Array<{ long_message: string }> }
    return errors[0]?.long_message ?? response.statusText
  } catch {
    return `The server answered ${response.status}. Try again later.`
  }
}

/** Sends a question as a body, so that no id is part of a URL that servers and proxies log. */
const ask = async (name: string, body: unknown): Promise<Response> => {
  const response = await fetch(endpointUrl(name), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new ServerRefusal('The server does not answer. Check that it runs, then try again.')
  })
  if (response.status === 401) throw new SignedOut()
  if (!response.ok) throw new ServerRefusal(await sentenceOf(response))
  return response
}

/** Signs in with the read secret. False if it is wrong. */
export const signIn = async (secret: string): Promise<boolean> => {
  try {
    await ask('login', { secret })
    return true
  } catch (error) {
    if (error instanceof SignedOut) return false
    throw error
  }
}

/** Forgets this browser. */
export const signOut = async (): Promise<void> => {
  await ask('logout', {})
}

/** Everything about the client, session or user with an id; null if there is no such id. */
export const find = async (id: string): Promise<Inspection | null> =>
  (await (await ask('find', { id })).json()) as Inspection | null

/** The deliveries in quarantine, the newest last. */
export const quarantine = async (): Promise<{
  readonly entries: ReadonlyArray<QuarantineEntry>
  readonly isCut: boolean
  readonly canRetry: boolean
}> => (await (await ask('quarantine', {})).json()) as never

/** The body of a delivery in quarantine. */
export const quarantineBody = async (id: string): Promise<string> =>
  ((await (await ask('quarantine/body', { id })).json()) as { body: string }).body

/** Tries again to record a delivery in quarantine. */
export const retryDelivery = async (id: string): Promise<RetryAnswer> =>
  (await (await ask('quarantine/retry', { id })).json()) as RetryAnswer
