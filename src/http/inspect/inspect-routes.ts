import * as E from 'fp-ts/lib/Either.js'
import type { Context } from 'hono'
import type { Clients } from '../../clients/clients.js'
import { readPageFiles, type PageFiles } from '../../inspect/page-files.js'
import { SERVED_POLICY, servedPage } from '../../inspect/page-html.js'
import { errorAnswer, jsonAnswer, notFound, type Answer } from '../api-error.js'
import type { Route } from '../routing.js'
import { findInspection, MOST_EVENTS } from './find.js'
import { listQuarantine, quarantinedDelivery, retryQuarantinedDelivery } from './quarantine.js'
import { readQuestionText } from './question-body.js'
import { createSignIn } from './sign-in.js'

/** What the inspector may do besides showing. */
export interface InspectOptions {
  /** True: people who sign in may retry deliveries in quarantine, which records events. False unless given. */
  readonly retry?: boolean
}

/** What the routes of the inspector need. */
export interface InspectSettings {
  readonly clients: Clients
  readonly secretKey: string | undefined
  /** The clock, in epoch milliseconds. */
  readonly now: () => number
  readonly options: InspectOptions
  /** Answers with a stream of changes. */
  readonly changes: (context: Context) => Promise<Answer>
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const fileAnswer = (
  body: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  ...{ status: 200, outcome: 'ok', body },
  headers: { ...SECURITY_HEADERS, 'content-type': `${type}; charset=utf-8`, ...headers },
})

/** No `www-authenticate`: a browser would show a window of its own. */
const signedOut = (): Answer =>
  errorAnswer(401, 'unauthorized', {
    code: 'signed_out',
    message: 'signed out',
    long_message: 'Sign in with the secret key of this server.',
  })

const tooManyEvents = (): Answer =>
  errorAnswer(422, 'too-many-events', {
    code: 'too_many_events',
    message: 'too many events',
    long_message: `The clients with this id have more than ${MOST_EVENTS} events. Search for one client, or write a file with clientfold timeline.`,
  })

const retryNotAllowed = (): Answer =>
  errorAnswer(403, 'retry-not-allowed', {
    code: 'retry_not_allowed',
    message: 'retry not allowed',
    long_message:
      'This server only shows the quarantine. Start it with --inspect-retry, or run clientfold quarantine --retry.',
  })

const notInQuarantine = (): Answer =>
  notFound('The quarantine has no such delivery. It may have been recorded meanwhile.')

/** What answers a question whose body has one text. */
type TextEndpoint = (text: string, context: Context) => Answer | Promise<Answer>

/**
 * The routes of the inspector. The page and its files hold no data and need no sign-in; everything else does.
 * Ids come in bodies, never in URLs, so that no log has them.
 *
 * @throws TypeError if there is no secret key.
 */
export const createInspectRoutes = (settings: InspectSettings): ReadonlyArray<Route> => {
  const { clients, secretKey, now, options, changes } = settings
  if (secretKey === undefined) {
    throw new TypeError('inspect needs a secretKey, with which people sign in')
  }
  const signIn = createSignIn(secretKey, now)
  let files: Promise<PageFiles> | undefined
  const pageFiles = (): Promise<PageFiles> => (files ??= readPageFiles())

  const signedIn =
    (answer: (context: Context) => Answer | Promise<Answer>) =>
    (context: Context): Answer | Promise<Answer> =>
      signIn.isSignedIn(context.req.raw.headers) ? answer(context) : signedOut()
  const post = (pattern: string, answer: Route['answer']): Route => ({
    ...{ pattern, method: 'POST', answer },
  })
  const get = (pattern: string, answer: Route['answer']): Route => ({
    ...{ pattern, method: 'GET', answer },
  })
  const withText =
    (key: string, endpoint: TextEndpoint) =>
    async (context: Context): Promise<Answer> => {
      const text = await readQuestionText(context.req.raw, context.env, key)
      return E.isLeft(text) ? text.left : endpoint(text.right, context)
    }
  const cookieAnswer = (outcome: string, cookie: string): Answer => ({
    ...jsonAnswer(200, outcome, {}),
    headers: { 'set-cookie': cookie },
  })

  return [
    get('/inspect', () =>
      fileAnswer(servedPage(), 'text/html', { 'content-security-policy': SERVED_POLICY }),
    ),
    get('/inspect/inspector.js', async () =>
      fileAnswer((await pageFiles()).script, 'text/javascript'),
    ),
    get('/inspect/style.css', async () => fileAnswer((await pageFiles()).style, 'text/css')),
    post(
      '/inspect/login',
      withText('secret', (secret, { req }) =>
        signIn.isSecret(secret) ? cookieAnswer('signed-in', signIn.cookie(req.raw)) : signedOut(),
      ),
    ),
    post('/inspect/logout', ({ req }) => cookieAnswer('signed-out', signIn.ended(req.raw))),
    post(
      '/inspect/find',
      signedIn(
        withText('id', async (id) => {
          const found = await findInspection(clients, id, now())
          if (found === 'too-many-events') return tooManyEvents()
          return jsonAnswer(200, found === null ? 'nothing-found' : 'ok', found)
        }),
      ),
    ),
    get('/inspect/changes', signedIn(changes)),
    post(
      '/inspect/quarantine',
      signedIn(async () =>
        jsonAnswer(200, 'ok', {
          ...(await listQuarantine(clients)),
          canRetry: options.retry === true,
        }),
      ),
    ),
    post(
      '/inspect/quarantine/body',
      signedIn(
        withText('id', async (id) => {
          const delivery = await quarantinedDelivery(clients, id)
          if (delivery === null) return notInQuarantine()
          return jsonAnswer(200, 'ok', { body: Buffer.from(delivery.body).toString('utf8') })
        }),
      ),
    ),
    post(
      '/inspect/quarantine/retry',
      signedIn(
        withText('id', async (id) => {
          if (options.retry !== true) return retryNotAllowed()
          const answer = await retryQuarantinedDelivery(clients, id)
          return answer === null ? notInQuarantine() : jsonAnswer(200, 'retried', answer)
        }),
      ),
    ),
  ]
}
