import { request, type Agent } from 'node:http'
import { signed } from '../http/given.js'

/** A delivery as Clerk sends it: the id is in the header, not in the body. */
export interface Delivery {
  readonly id: string
  readonly body: string
}

/** The status of the answer to an attempt, or null if the connection broke off. */
export const attempt = (
  url: string,
  agent: Agent,
  { id, body }: Delivery,
): Promise<number | null> =>
  new Promise((resolve) => {
    const headers = {
      ...signed(id, body, { at: Date.now() }),
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const sent = request(
      `${url}/webhooks/clerk`,
      { method: 'POST', agent, headers },
      (response) => {
        response.resume()
        response.on('close', () => {
          resolve(response.complete ? (response.statusCode ?? null) : null)
        })
      },
    )
    sent.on('error', () => {
      resolve(null)
    })
    sent.end(body)
  })
