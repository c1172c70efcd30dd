import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { observationOrd, sessionVersionOrd } from '../../src/algebra.js'
import { compareVersions, observationOf } from '../../src/domain/state.js'
import { SESSION_STATUSES } from '../../src/events/session.js'
import { arbitraryObservation, arbitrarySession, arbitraryTime } from '../../src/testing/index.js'
import { aSession, anObservation, MINUTE, T0 } from '../given.js'

const arbitraryVersion = fc.record({ session: arbitrarySession(), saidAt: arbitraryTime() })

const version = (differences: Parameters<typeof aSession>[0], saidAt = T0) => ({
  session: aSession(differences),
  saidAt,
})

describe('compareVersions', () => {
  it('the later stage counts, however old the version is', () => {
    const live = version({ status: 'active', updated_at: T0 + MINUTE }, T0 + MINUTE)
    const over = version({ status: 'ended' })
    const removed = version({ status: 'removed', updated_at: T0 - MINUTE }, T0 - MINUTE)
    expect(compareVersions(live, over)).toBe(-1)
    expect(compareVersions(over, removed)).toBe(-1)
  })

  it('within a stage the later updated_at counts, because active and pending alternate', () => {
    const pending = version({ status: 'pending' }, T0 + 9 * MINUTE)
    const active = version({ status: 'active', updated_at: T0 + MINUTE }, T0)
    expect(compareVersions(pending, active)).toBe(-1)
  })

  it('at equal stage and updated_at the version that was said later counts', () => {
    const pending = version({ status: 'pending' }, T0)
    const active = version({ status: 'active' }, T0 + 1)
    expect(compareVersions(pending, active)).toBe(-1)
  })

  it('at equal times the severer status counts', () => {
    const bySeverity = SESSION_STATUSES.map((status) => version({ status })).sort(compareVersions)
    expect(bySeverity.map(({ session }) => session.status)).toEqual([
      'active',
      'pending',
      'ended',
      'expired',
      'replaced',
      'abandoned',
      'revoked',
      'removed',
    ])
  })

  it('at equal times and status the greater JSON text by UTF-16 code units counts', () => {
    const left = version({ actor: { sub: '\u{1f600}' } })
    const right = version({ actor: { sub: '\uff5e' } })
    // The order by code points is the reverse.
    expect(compareVersions(left, right)).toBe(-1)
    const { object, ...others } = aSession()
    const otherOrder = { session: { ...others, object }, saidAt: T0 }
    expect(compareVersions(version({}), otherOrder)).toBe(0)
  })

  it('the order is antisymmetric, and equal only for equal content', () => {
    fc.assert(
      fc.property(arbitraryVersion, arbitraryVersion, (left, right) => {
        expect(
          sessionVersionOrd.compare(left, right) + sessionVersionOrd.compare(right, left),
        ).toBe(0)
        if (sessionVersionOrd.equals(left, right)) {
          expect(JSON.stringify(left.session)).toBe(JSON.stringify(right.session))
        }
      }),
    )
  })

  it('the order is transitive', () => {
    fc.assert(
      fc.property(fc.tuple(arbitraryVersion, arbitraryVersion, arbitraryVersion), (versions) => {
        const [a, b, c] = [...versions].sort(compareVersions) as typeof versions
        expect(compareVersions(a, b)).toBeLessThanOrEqual(0)
        expect(compareVersions(b, c)).toBeLessThanOrEqual(0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('observationOrd', () => {
  const observed = (differences: Parameters<typeof anObservation>[0], timestamp = T0) =>
    observationOf(anObservation(differences, { timestamp }))

  it('the later updated_at counts, then the observation said later, then the greater text', () => {
    const { compare } = observationOrd
    expect(compare(observed({}, T0 + 9), observed({ updated_at: T0 + 1 }))).toBe(-1)
    expect(compare(observed({ sign_in_id: 'z' }, T0), observed({}, T0 + 1))).toBe(-1)
    expect(compare(observed({ sign_in_id: 'a' }), observed({ sign_in_id: 'b' }))).toBe(-1)
    expect(compare(observed({}), observed({ created_at: T0 - 1 }))).toBe(0)
  })

  it('the order of observations is antisymmetric', () => {
    const arbitrary = arbitraryObservation().map(observationOf)
    fc.assert(
      fc.property(arbitrary, arbitrary, (left, right) => {
        expect(observationOrd.compare(left, right) + observationOrd.compare(right, left)).toBe(0)
      }),
    )
  })
})
