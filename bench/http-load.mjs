// Sends a fixed number of requests over a fixed number of connections, one request at a time on each.
import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

const quantile = (sorted, part) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]

const send = (url, agent, { method, path, headers, body }) =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`${path} answered ${response.statusCode}`)),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

/** Sends the requests; returns the requests per second and quantiles of the time that each took. */
export const load = async (url, requests, { connections = 16 } = {}) => {
  const milliseconds = []
  let next = 0
  const worker = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (next < requests.length) {
      const started = performance.now()
      await send(url, agent, requests[next++])
      milliseconds.push(performance.now() - started)
    }
    agent.destroy()
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, worker))
  const seconds = (performance.now() - started) / 1000
  milliseconds.sort((left, right) => left - right)
  return {
    '/s': Math.round(requests.length / seconds),
    'p50 ms': Number(quantile(milliseconds, 0.5).toFixed(1)),
    'p99 ms': Number(quantile(milliseconds, 0.99).toFixed(1)),
  }
}

/** A delivery as Svix signs it. */
export const deliveryOf = (secret, id, event) => {
  const body = JSON.stringify(event)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    method: 'POST',
    path: '/webhooks/clerk',
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${signature}`,
    },
  }
}
