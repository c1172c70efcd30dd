import { describe, expect, it } from 'vitest'
import { foldDevices } from '../../src/domain/device-states.js'
import { fold, foldClient } from '../../src/domain/fold.js'
import { clientAsOf } from '../../src/projections/client-query.js'
import { toClient } from '../../src/projections/client.js'
import { toDevices } from '../../src/projections/devices.js'
import { statusAt } from '../../src/projections/session.js'
import { toSessions } from '../../src/projections/sessions.js'
import { replayClients } from '../../src/replay/replay-clients.js'
import { replay } from '../../src/replay/replay.js'
import { aSession, aSessionEvent, T0 } from '../given.js'

const events = [aSessionEvent()]
const states = fold(events)

const wrongOnes = [
  { name: 'a text', value: '2024-05-28' },
  { name: 'a Date', value: new Date(T0) },
  { name: 'null', value: null },
  { name: 'NaN', value: NaN },
  { name: 'infinite', value: Infinity },
].map(({ name, value }) => ({ name, value: value as number }))

describe('a moment of a pure function', () => {
  it.each(wrongOnes)('a clock that is $name is refused by name', ({ value }) => {
    const state = foldClient(events)
    const calls: ReadonlyArray<() => unknown> = [
      () => toClient(state, { at: value }),
      () => toSessions([], {}, { at: value }),
      () => toDevices(foldDevices(events), { userId: 'user_nobody' }, { at: value }),
      () => statusAt(aSession({ status: 'ended' }), value),
      () => replayClients([], { at: value }),
    ]
    for (const call of calls) {
      expect(call).toThrow(TypeError)
      expect(call).toThrow(
        /^at must be a finite number of epoch milliseconds, .+ or be left out\.$/,
      )
    }
  })

  it.each(wrongOnes.flatMap((wrong) => ['asOf', 'knownAt'].map((key) => ({ key, ...wrong }))))(
    '$key that is $name is refused by name',
    async ({ key, value }) => {
      const moments = { [key]: value }
      const calls: ReadonlyArray<() => unknown> = [
        () => fold([], moments),
        () => foldClient(events, moments),
        () => clientAsOf(events, moments),
        () => foldDevices(events, moments),
        () => replayClients([], moments),
      ]
      for (const call of calls) expect(call).toThrow(`${key} must be a finite number`)
      await expect(replay([], moments).next()).rejects.toThrow(`${key} must be a finite number`)
    },
  )

  it('a small number is a moment: events and laws of tests may begin at any time', () => {
    expect(clientAsOf(events, { asOf: 1 })).toBeNull()
    expect(toSessions(states.values(), {}, { at: 1 })).toMatchObject([{ status: 'active' }])
  })
})
