import { describe, expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, delivery, inMemory, NOW, signed } from './given.js'

const BODY = eventText(aSessionEvent())
const LIMIT = 262_144

describe('the headers', () => {
  /** A body that counts how often a part of it is read. */
  const watched = (): {
    readonly body: ReadableStream<Uint8Array>
    readonly pulls: () => number
  } => {
    let pulls = 0
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      pulls += 1
      controller.enqueue(Buffer.from(BODY))
      controller.close()
    }
    return { body: new ReadableStream({ pull }, { highWaterMark: 0 }), pulls: () => pulls }
  }

  it.each([
    { name: 'are missing', headers: {}, status: 400, pulls: 0 },
    {
      ...{ name: 'are malformed', status: 400, pulls: 0 },
      headers: { ...signed('msg_1', BODY), 'svix-signature': 'v1' },
    },
    {
      ...{ name: 'are stale', status: 400, pulls: 0 },
      headers: signed('msg_1', BODY, { at: NOW - 301_000 }),
    },
    { name: 'are in order', headers: signed('msg_1', BODY), status: 200, pulls: 1 },
  ])(
    'the headers decide before the body is read: if they $name, it is read $pulls times',
    async ({ headers, status, pulls }) => {
      const { body, pulls: pullsSoFar } = watched()
      const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
      const answer = await ask(aHandler(inMemory()), '/webhooks/clerk', init)
      expect(answer.status).toBe(status)
      expect(pullsSoFar()).toBe(pulls)
      expect(answer.headers.get('connection')).toBe(status === 200 ? null : 'close')
    },
  )
})

describe('the bytes in flight', () => {
  /** A delivery whose body begins with so many bytes, and stays open until it is ended. */
  const openBody = (id: string, length: number) => {
    let end = (): void => undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(Buffer.alloc(length, 32))
        end = () => {
          controller.close()
        }
      },
    })
    const init = { method: 'POST', body, headers: signed(id, BODY), duplex: 'half' } as RequestInit
    return {
      init,
      end: () => {
        end()
      },
    }
  }

  it('the bytes in flight of all requests together are bounded: beyond it the answer is 503, later 200', async () => {
    const handler = aHandler(inMemory(), { maxBytesInFlight: LIMIT })
    const held = openBody('msg_1', LIMIT - 100)
    const first = ask(handler, '/webhooks/clerk', held.init)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const refused = await ask(handler, '/webhooks/clerk', delivery('msg_2', BODY))
    expect(refused).toMatchObject({ status: 503, json: { errors: [{ code: 'webhook_refused' }] } })
    expect(refused.headers.get('retry-after')).toBe('1')
    held.end()
    expect((await first).status).toBe(401)
    expect((await ask(handler, '/webhooks/clerk', delivery('msg_2', BODY))).status).toBe(200)
    expect(handler.logged.map(({ outcome }) => outcome)).toEqual([
      ...['refused-overload', 'refused-not-genuine', 'recorded'],
    ])
  })

  it.each([0, LIMIT - 1, NaN, Infinity, 1.5e6 + 0.5])(
    'the bytes in flight cannot be bounded by %d',
    (maxBytesInFlight) => {
      expect(() => aHandler(inMemory(), { maxBytesInFlight })).toThrow(TypeError)
    },
  )
})
