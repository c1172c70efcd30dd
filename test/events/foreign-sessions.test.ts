import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { decodeEvent } from '../../src/events/decode-event.js'
import { aSession, anObservation } from '../given.js'

const sessionOf = (client_id: string, id: string) => aSession({ client_id, id })

it('the errors of an observation name only the sessions of other clients', () => {
  const sessions = [
    sessionOf('client_1', 'sess_1'),
    sessionOf('client_2', 'sess_2'),
    sessionOf('client_1', 'sess_3'),
    sessionOf('client_3', 'sess_4'),
  ]
  const expected = 'the id of the listing client'
  expect(decodeEvent(anObservation({ sessions }))).toEqual(
    E.left({
      _tag: 'InvalidEvent',
      issues: [
        { path: 'data.sessions[1].client_id', expected, kind: 'another string' },
        { path: 'data.sessions[3].client_id', expected, kind: 'another string' },
      ],
    }),
  )
})

it('an observation with very many sessions of other clients is refused with 100 errors', () => {
  const sessions = Array.from({ length: 300 }, (_, n) => sessionOf('client_2', `sess_${n}`))
  const decoded = decodeEvent(anObservation({ sessions }))
  expect(
    E.isLeft(decoded) && decoded.left._tag === 'InvalidEvent' && decoded.left.issues,
  ).toHaveLength(100)
})
