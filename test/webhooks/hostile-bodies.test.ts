import { describe, expect, it } from 'vitest'
import { decodeEvent } from '../../src/events/decode-event.js'
import { MAX_BODY_BYTES } from '../../src/webhooks/outcome.js'
import { aSession } from '../given.js'
import { A_BODY, aPayload, givenReceiver, ID, requestOf, signed } from './given.js'

/** A payload with a text in the place of the word HERE. */
const withText = (text: string, at: object): string =>
  JSON.stringify(at).replace('"HERE"', () => text)

const inData = (key: string, text: string): string =>
  withText(text, aPayload({ data: { ...aSession(), [key]: 'HERE' } }))

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

const DEEPEST = Math.floor((MAX_BODY_BYTES - 2000) / 2)

const tagOf = async (body: string): Promise<string> =>
  (await givenReceiver().receive(requestOf(signed(body))))._tag

describe('a hostile body', () => {
  it.each([
    { name: '128,000 brackets', body: nested(DEEPEST), tag: 'Quarantined' },
    {
      name: '260,000 brackets that are never closed',
      body: '['.repeat(260_000),
      tag: 'Quarantined',
    },
    { name: '40,000 nested objects', body: nestedObjects(40_000), tag: 'Quarantined' },
    { name: '64 levels in a kept part', body: inData('tasks', nested(64)), tag: 'Recorded' },
    { name: '65 levels in a kept part', body: inData('tasks', nested(65)), tag: 'Quarantined' },
    {
      ...{ name: '128,000 levels in a kept part', body: inData('tasks', nested(DEEPEST)) },
      tag: 'Quarantined',
    },
    {
      // Users may write their own metadata: nesting them must not hide a sign-in.
      ...{ name: '128,000 levels in a dropped part', body: inData('user', nested(DEEPEST)) },
      tag: 'Recorded',
    },
    {
      name: '128,000 levels beside data',
      body: withText(nested(DEEPEST), aPayload({ more: 'HERE' })),
      tag: 'Recorded',
    },
    {
      name: 'a number too large for a double',
      body: inData('updated_at', '1e999'),
      tag: 'Quarantined',
    },
    {
      ...{ name: 'a number that is not a safe integer', tag: 'Quarantined' },
      body: inData('updated_at', '9007199254740993'),
    },
    { name: 'a number below zero', body: inData('updated_at', '-1'), tag: 'Quarantined' },
    {
      name: '1e999 in a part kept as given',
      body: inData('actor', '{"sub":1e999}'),
      tag: 'Quarantined',
    },
    { name: 'an escaped NUL in an id', body: inData('user_id', '"user\\u0000"'), tag: 'Recorded' },
    {
      name: 'a lone surrogate in an id',
      body: inData('user_id', '"user\\ud800"'),
      tag: 'Recorded',
    },
    { name: 'a raw NUL in an id', body: inData('user_id', '"user\0"'), tag: 'Quarantined' },
    { name: 'the type __proto__', body: '{"type":"__proto__"}', tag: 'Ignored' },
    { name: 'a byte order mark', body: `\ufeff${A_BODY}`, tag: 'Quarantined' },
    { name: 'two objects', body: `${A_BODY}${A_BODY}`, tag: 'Quarantined' },
    { name: 'a comment', body: `${A_BODY}//`, tag: 'Quarantined' },
  ])('a genuinely signed body of $name is $tag', async ({ body, tag }) => {
    expect(await tagOf(body)).toBe(tag)
  })

  it('a body with duplicate keys is read like JSON.parse reads it: the last one counts', async () => {
    const { receive, events } = givenReceiver()
    const body = A_BODY.replace('"data":', '"data":{"object":"session"},"data":')
    expect(await receive(requestOf(signed(body)))).toMatchObject({ _tag: 'Recorded' })
    const [recorded] = await events()
    expect(recorded?.event.data).toEqual(aSession())
  })

  it.each([
    {
      name: '__proto__ at the top',
      body: withText('{"isPolluted":true,"type":"user.created"}', { ['__proto__']: 0, a: 'HERE' }),
    },
    {
      name: '__proto__ at the top of an event',
      body: A_BODY.replace('{', '{"__proto__":{"isPolluted":true,"id":"x"},'),
    },
    {
      name: '__proto__ in the data',
      body: A_BODY.replace('"data":{', '"data":{"__proto__":{"isPolluted":true},'),
    },
    {
      name: '__proto__ in a kept part',
      body: inData('actor', '{"__proto__":{"isPolluted":true}}'),
    },
    {
      name: 'a constructor in a kept part',
      body: inData('actor', '{"constructor":{"prototype":{"isPolluted":true}}}'),
    },
  ])('a body with $name changes no prototype', async ({ body }) => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const { receive, events } = givenReceiver()
    const { _tag } = await receive(requestOf(signed(body)))
    expect(_tag).not.toBe('Refused')
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(({} as Record<string, unknown>).isPolluted).toBeUndefined()
    for (const { event } of await events()) {
      expect(event.id).toBe(ID)
      expect(Object.getPrototypeOf(event.data)).toBe(Object.prototype)
    }
  })
})

describe('the processor time for one body', () => {
  /** The least processor time of several runs. Other processes of the machine do not add to it. */
  const millisecondsFor = async (work: () => Promise<unknown>): Promise<number> => {
    const times: number[] = []
    for (let turn = 0; turn < 5; turn++) {
      const before = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(before)
      times.push((user + system) / 1000)
    }
    return Math.min(...times)
  }

  const parsed = (body: string): unknown => {
    try {
      return JSON.parse(body)
    } catch {
      return null
    }
  }

  const strings = `[${Array(60_000).fill('"a"').join()}]`
  const escapes = `"${'\\u0041'.repeat(43_000)}"`
  const manyKeys = `{${Array.from({ length: 24_000 }, (_, n) => `"k${n}":1`).join()}}`
  const manySessions = JSON.stringify(
    aPayload({
      type: 'client.observed',
      data: { object: 'client', sessions: Array(100_000).fill(0) },
    }),
  )

  it.each([
    { name: 'of brackets', body: nested(DEEPEST) },
    { name: 'of brackets that are never closed', body: '['.repeat(260_000) },
    { name: 'with brackets in a kept part', body: inData('tasks', nested(DEEPEST)) },
    { name: 'with brackets in a dropped part', body: inData('user', nested(DEEPEST)) },
    { name: 'of strings', body: inData('tasks', strings) },
    { name: 'of escapes', body: inData('user_id', escapes) },
    { name: 'of keys in a kept part', body: inData('actor', manyKeys) },
    { name: 'of keys in a dropped part', body: inData('user', manyKeys) },
    { name: 'of wrong sessions', body: manySessions },
    { name: 'of spaces', body: ' '.repeat(MAX_BODY_BYTES) },
  ])('the processor time for one body $name is less than 50 ms', async ({ name, body }) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BODY_BYTES)
    const request = requestOf(signed(body))
    const milliseconds = await millisecondsFor(() => givenReceiver().receive(request))
    // On a busy machine everything takes longer, parsing too.
    const parsing = await millisecondsFor(() => Promise.resolve(parsed(body)))
    console.log(`a body ${name}: ${milliseconds.toFixed(1)} ms of processor time`)
    expect(milliseconds).toBeLessThan(Math.max(50, 8 * parsing))
  })

  it('the processor time for one body of 1 MiB is less than 10 ms, and of a forged one of 256 KiB less than 50 ms', async () => {
    const { receive } = givenReceiver()
    const long = { ...requestOf(signed('')), body: new Uint8Array(1 << 20).fill(0x5b) }
    expect(await millisecondsFor(() => receive(long))).toBeLessThan(10)
    const forged = { ...long, body: long.body.subarray(0, MAX_BODY_BYTES) }
    expect(await receive(forged)).toEqual({ _tag: 'Refused', reason: 'not-genuine' })
    expect(await millisecondsFor(() => receive(forged))).toBeLessThan(50)
  })

  it('the processor time for one body is bounded because the decoder refuses a deeply nested value', () => {
    expect(decodeEvent(JSON.parse(inData('tasks', nested(DEEPEST))))._tag).toBe('Left')
  })
})
