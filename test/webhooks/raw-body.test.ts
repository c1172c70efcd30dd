import { expect, it } from 'vitest'
import { describeOutcome, statusOf, type WebhookOutcome } from '../../src/webhooks/outcome.js'
import type { RawBody } from '../../src/webhooks/raw-body.js'
import { A_BODY, givenReceiver, requestOf, signed } from './given.js'

const sent = signed(A_BODY)

const outcomeOf = (body: RawBody): Promise<WebhookOutcome> =>
  givenReceiver().receive({ ...requestOf(sent), body })

it('a body may be a text or an ArrayBuffer', async () => {
  expect(await outcomeOf(A_BODY)).toMatchObject({ _tag: 'Recorded' })
  expect(await outcomeOf(Uint8Array.from(sent.body).buffer)).toMatchObject({ _tag: 'Recorded' })
  expect(await outcomeOf(`${A_BODY} `)).toEqual({ _tag: 'Refused', reason: 'not-genuine' })
})

it.each([
  { name: 'the object that a JSON parser made', body: JSON.parse(A_BODY) as unknown },
  { name: 'an array', body: [1] },
  { name: 'undefined', body: undefined },
  { name: 'null', body: null },
  { name: 'a stream', body: new ReadableStream() },
])('a body that is $name is refused, and the reason names what is expected', async ({ body }) => {
  const outcome = await outcomeOf(body as string)
  expect(outcome).toEqual({ _tag: 'Refused', reason: 'body-already-read' })
  expect(statusOf(outcome)).toBe(500)
  expect(describeOutcome(outcome)).toContain('(Uint8Array, ArrayBuffer or string)')
})
