import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrarySessionEvent } from '../../src/testing/arbitraries/event.js'
import { eventText } from '../../src/events/encode-event.js'
import type { Receiver } from '../../src/webhooks/receiver.js'
import { T0 } from '../given.js'
import {
  A_BODY,
  givenReceiver,
  OTHER_SECRET,
  requestOf,
  SECRET,
  signed,
  type Sent,
} from './given.js'

const FORGERIES = Number(process.env.CLIENTFOLD_FORGERIES ?? 10_000)

const PARTS = ['id', 'timestamp', 'signature', 'body'] as const
type Part = (typeof PARTS)[number]

const bytesOf = (sent: Sent, part: Part): Buffer => Buffer.from(sent[part] as string | Buffer)

/** The request with other bytes in one of its parts. */
const withBytes = (sent: Sent, part: Part, bytes: Buffer): Sent => ({
  ...sent,
  [part]: part === 'body' ? bytes : bytes.toString('latin1'),
})

const flipped = (sent: Sent, part: Part, bit: number): Sent => {
  const bytes = Buffer.from(bytesOf(sent, part))
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return withBytes(sent, part, bytes)
}

/** Sends requests to a receiver, and collects those that it accepts. */
const createTrials = (receive: Receiver) => {
  const accepted: Sent[] = []
  const counts = new Map<string, number>()
  return {
    accepted,
    counts,
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    try: async (sent: Sent, kind: string): Promise<void> => {
      const received = await receive(requestOf(sent))
      if (received._tag !== 'Refused') accepted.push(sent)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    },
  }
}

describe('a receiver', () => {
  it('a receiver accepts no delivery of which one bit is flipped, whichever bit it is', async () => {
    const { receive, events, quarantined } = givenReceiver()
    const sent = signed(A_BODY)
    const trials = createTrials(receive)
    for (const part of PARTS) {
      const bits = bytesOf(sent, part).length * 8
      for (let bit = 0; bit < bits; bit++) await trials.try(flipped(sent, part, bit), part)
      expect(trials.counts.get(part)).toBe(bits)
    }
    expect(trials.accepted).toEqual([])
    expect([...(await events()), ...(await quarantined())]).toEqual([])
    console.log(`of ${trials.total()} deliveries, each with another bit flipped, 0 were accepted`)
    // The unchanged delivery is accepted, so the trials could have failed.
    expect(await receive(requestOf(sent))).toMatchObject({ _tag: 'Recorded' })
  })

  it(
    `a receiver accepts 0 of ${FORGERIES} deliveries with flipped, missing, added, swapped or exchanged parts`,
    { timeout: 3_600_000 },
    async () => {
      const { receive, events, quarantined } = givenReceiver({ secrets: [SECRET, OTHER_SECRET] })
      const trials = createTrials(receive)
      const arbitraryBody = fc.oneof(
        arbitrarySessionEvent().map(eventText),
        fc.string({ unit: 'grapheme' }),
      )
      const arbitrarySent = fc
        .tuple(arbitraryBody, fc.uuid(), fc.integer({ min: -300, max: 300 }), fc.boolean())
        .map(([body, id, seconds, isOther]) =>
          signed(body, { id, at: T0 + seconds * 1000, secret: isOther ? OTHER_SECRET : SECRET }),
        )
      const arbitraryChange = fc.tuple(
        fc.constantFrom('flip', 'flip several', 'cut', 'add', 'swap', 'take'),
        fc.constantFrom(...PARTS),
        fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
      )
      const change = (
        sent: Sent,
        other: Sent,
        kind: string,
        part: Part,
        places: number[],
      ): Sent => {
        const bytes = bytesOf(sent, part)
        const [first = 0, second = 0, third = 0, fourth = 0] = places
        const at = bytes.length === 0 ? 0 : first % bytes.length
        switch (kind) {
          case 'flip':
            return flipped(sent, part, bytes.length === 0 ? 0 : first % (bytes.length * 8))
          case 'flip several':
            return [second, third, fourth].reduce(
              (before, place) => flipped(before, part, place % Math.max(8, bytes.length * 8)),
              sent,
            )
          case 'cut':
            return withBytes(sent, part, Buffer.concat([bytes.subarray(0, at)]))
          case 'add':
            return withBytes(
              sent,
              part,
              Buffer.concat([
                bytes.subarray(0, at),
                Buffer.from([second % 256]),
                bytes.subarray(at),
              ]),
            )
          case 'swap': {
            const swapped = Buffer.from(bytes)
            const to = bytes.length === 0 ? 0 : second % bytes.length
            swapped[at] = bytes[to] ?? 0
            swapped[to] = bytes[at] ?? 0
            return withBytes(sent, part, swapped)
          }
          default:
            return { ...sent, [part]: other[part] }
        }
      }
      const isUnchanged = (sent: Sent, forged: Sent): boolean =>
        PARTS.every((part) => bytesOf(sent, part).equals(bytesOf(forged, part)))
      await fc.assert(
        fc.asyncProperty(
          arbitrarySent,
          arbitrarySent,
          arbitraryChange,
          async (sent, other, [kind, part, places]) => {
            const forged = change(sent, other, kind, part, places)
            fc.pre(!isUnchanged(sent, forged) && !isUnchanged(other, forged))
            await trials.try(forged, kind)
          },
        ),
        { numRuns: FORGERIES, maxSkipsPerRun: 1000 },
      )
      expect(trials.accepted).toEqual([])
      expect([...(await events()), ...(await quarantined())]).toEqual([])
      expect(trials.total()).toBe(FORGERIES)
      const counts = [...trials.counts].map(([kind, count]) => `${kind} ${count}`).join(', ')
      console.log(`of ${trials.total()} forged deliveries (${counts}), 0 were accepted`)
      expect(await receive(requestOf(signed(A_BODY)))).toMatchObject({ _tag: 'Recorded' })
    },
  )
})
