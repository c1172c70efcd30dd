import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { Client } from '../../src/events/client.js'
import { documentLines, shownParts } from '../../src/inspect/document-lines.js'
import { toClient } from '../../src/projections/client.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { arbitraryHostileLog } from '../model/hostile-log.js'

const clientOf = (...events: ReadonlyArray<ClientEvent>): Client =>
  toClient([...fold(events).values()][0]!)

const changed = (client: Client | null, before: Client | null) =>
  documentLines(client, before)
    .filter(({ change }) => change !== 'same')
    .map(({ change, text }) => `${change} ${text.trim()}`)

const arbitraryClient = (): fc.Arbitrary<Client | null> =>
  arbitraryHostileLog().map((payloads) => {
    const decoded = payloads.map((payload) => decodeEvent(payload))
    const events = decoded.flatMap((each) => (E.isRight(each) ? [each.right] : []))
    const [state] = fold(events).values()
    return state === undefined ? null : toClient(state)
  })

describe('the lines of a document', () => {
  const created = aSessionEvent({})
  const ended = aSessionEvent({ status: 'ended', updated_at: T0 + MINUTE })

  it('differ where a value changed', () => {
    expect(changed(clientOf(created, ended), clientOf(created))).toEqual([
      'changed "status": "ended",',
      `changed "updated_at": ${T0 + MINUTE},`,
      'changed "last_active_session_id": null,',
      `changed "updated_at": ${T0 + MINUTE},`,
    ])
    expect(changed(clientOf(created), clientOf(created))).toEqual([])
  })

  it('show a session that is gone where it was', () => {
    const removed = aSessionEvent({ status: 'removed', updated_at: T0 + MINUTE })
    const lines = changed(clientOf(created, removed), clientOf(created))
    expect(lines).toContain('removed "id": "sess_1",')
    expect(lines).toContain('removed "status": "active",')
    expect(changed(null, clientOf(created)).every((line) => line.startsWith('removed'))).toBe(true)
    expect(changed(clientOf(created), null).every((line) => line.startsWith('added'))).toBe(true)
  })

  it('that are not removed are the JSON text of the Client, byte for byte', () => {
    fc.assert(
      fc.property(arbitraryClient(), arbitraryClient(), (client, before) => {
        const shown = documentLines(client, before)
          .filter(({ change }) => change !== 'removed')
          .map(({ text }) => text)
          .join('\n')
        if (client === null) expect(shown).toBe('')
        else expect(JSON.stringify(JSON.parse(shown))).toBe(JSON.stringify(client))
      }),
      { numRuns: 40 },
    )
  })

  it('of a long document are left out where nothing differs, and counted', () => {
    const many = Array.from({ length: 60 }, (_, n) => aSessionEvent({ id: `sess_${n}` }))
    const over = aSessionEvent({ id: 'sess_30', status: 'ended', updated_at: T0 + MINUTE })
    const lines = documentLines(clientOf(...many, over), clientOf(...many))
    const parts = shownParts(lines, false)
    const shown = parts.filter((part) => typeof part !== 'number')
    expect(shown.length).toBeLessThan(150)
    expect(shown.filter(({ change }) => change === 'changed')).toEqual(
      lines.filter(({ change }) => change === 'changed'),
    )
    const left = parts.filter((part) => typeof part === 'number').reduce((sum, n) => sum + n, 0)
    expect(shown.length + left).toBe(lines.length)
    expect(shownParts(lines, true)).toEqual(lines)
  })
})
