import { describe, expect, it } from 'vitest'
import { decodeEvent } from '../../src/events/decode-event.js'
import { MAX_BODY_BYTES } from '../../src/webhooks/received.js'
import { aSession } from '../given.js'
import { A_BODY, aPayload, givenReceiver, ID, requestOf, signed } from './given.js'

/** A payload with some text in the place of a word. */
const withText = (text: string, at: object): string =>
  JSON.stringify(at).replace('"HERE"', () => text)

const inData = (key: string, text: string): string =>
  withText(text, aPayload({ data: { ...aSession(), [key]: 'HERE' } }))

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

const DEEPEST = Math.floor((MAX_BODY_BYTES - 2000) / 2)

const tagOf = async (body: string): Promise<string> =>
  (await givenReceiver().receive(requestOf(signed(body))))._tag

describe('a hostile body that the sender signed', () => {
  it.each([
    ['128,000 brackets and nothing else', nested(DEEPEST), 'Quarantined'],
    ['260,000 brackets that are never closed', '['.repeat(260_000), 'Quarantined'],
    ['40,000 objects within one another', nestedObjects(40_000), 'Quarantined'],
    ['64 levels in what is kept', inData('tasks', nested(64)), 'Recorded'],
    ['65 levels in what is kept', inData('tasks', nested(65)), 'Quarantined'],
    ['128,000 levels in what is kept', inData('tasks', nested(DEEPEST)), 'Quarantined'],
    // Users may write their own metadata: a sign-in is not hidden by nesting them.
    ['128,000 levels in what is dropped', inData('user', nested(DEEPEST)), 'Recorded'],
    [
      '128,000 levels beside data',
      withText(nested(DEEPEST), aPayload({ more: 'HERE' })),
      'Recorded',
    ],
    ['a number that is none', inData('updated_at', '1e999'), 'Quarantined'],
    ['a number that is not safe', inData('updated_at', '9007199254740993'), 'Quarantined'],
    ['a number below zero', inData('updated_at', '-1'), 'Quarantined'],
    ['1e999 in what is kept as given', inData('actor', '{"sub":1e999}'), 'Quarantined'],
    ['NUL in an id', inData('user_id', '"user\\u0000"'), 'Recorded'],
    ['a lone surrogate in an id', inData('user_id', '"user\\ud800"'), 'Recorded'],
    ['a raw NUL', inData('user_id', '"user\0"'), 'Quarantined'],
    ['__proto__ for a type', '{"type":"__proto__"}', 'Ignored'],
    ['a byte order mark', `\ufeff${A_BODY}`, 'Quarantined'],
    ['two objects', `${A_BODY}${A_BODY}`, 'Quarantined'],
    ['a comment', `${A_BODY}//`, 'Quarantined'],
  ])('%s', async (_name, body, tag) => {
    expect(await tagOf(body)).toBe(tag)
  })

  it('with duplicate keys: the last one counts, as for JSON.parse', async () => {
    const { receive, events } = givenReceiver()
    const body = A_BODY.replace('"data":', '"data":{"object":"session"},"data":')
    expect(await receive(requestOf(signed(body)))).toMatchObject({ _tag: 'Recorded' })
    const [recorded] = await events()
    expect(recorded?.event.data).toEqual(aSession())
  })

  it.each([
    [
      'at the top',
      withText('{"isPolluted":true,"type":"user.created"}', { ['__proto__']: 0, a: 'HERE' }),
    ],
    ['at the top of an event', A_BODY.replace('{', '{"__proto__":{"isPolluted":true,"id":"x"},')],
    ['in the data', A_BODY.replace('"data":{', '"data":{"__proto__":{"isPolluted":true},')],
    ['in what is kept', inData('actor', '{"__proto__":{"isPolluted":true}}')],
    ['as a constructor', inData('actor', '{"constructor":{"prototype":{"isPolluted":true}}}')],
  ])('with __proto__ %s changes no prototype', async (_name, body) => {
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

describe('the work for one body', () => {
  /** Processor time, which others on the machine do not add to; the least of several. */
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
    ['of brackets', nested(DEEPEST)],
    ['of brackets that are never closed', '['.repeat(260_000)],
    ['with brackets in what is kept', inData('tasks', nested(DEEPEST))],
    ['with brackets in what is dropped', inData('user', nested(DEEPEST))],
    ['of strings', inData('tasks', strings)],
    ['of escapes', inData('user_id', escapes)],
    ['of keys in what is kept', inData('actor', manyKeys)],
    ['of keys in what is dropped', inData('user', manyKeys)],
    ['of wrong sessions', manySessions],
    ['of nothing', ' '.repeat(MAX_BODY_BYTES)],
  ])('%s is less than 50 ms', async (name, body) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BODY_BYTES)
    const request = requestOf(signed(body))
    const milliseconds = await millisecondsFor(() => givenReceiver().receive(request))
    // On a machine that others keep busy all takes longer, and parsing it does too.
    const parsing = await millisecondsFor(() => Promise.resolve(parsed(body)))
    console.log(`a body ${name}: ${milliseconds.toFixed(1)} ms of processor time`)
    expect(milliseconds).toBeLessThan(Math.max(50, 8 * parsing))
  })

  it('of 1 MiB is none, and forged ones of 256 KiB are no more', async () => {
    const { receive } = givenReceiver()
    const long = { ...requestOf(signed('')), body: new Uint8Array(1 << 20).fill(0x5b) }
    expect(await millisecondsFor(() => receive(long))).toBeLessThan(10)
    const forged = { ...long, body: long.body.subarray(0, MAX_BODY_BYTES) }
    expect(await receive(forged)).toEqual({ _tag: 'Refused', reason: 'not-genuine' })
    expect(await millisecondsFor(() => receive(forged))).toBeLessThan(50)
  })

  it('is bounded because the decoder is: it answers whatever is nested', () => {
    expect(decodeEvent(JSON.parse(inData('tasks', nested(DEEPEST))))._tag).toBe('Left')
  })
})
