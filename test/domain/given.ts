import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import type { ClientError } from '../../src/domain/client-error.js'
import type { ClientCommand } from '../../src/domain/command.js'
import { decide } from '../../src/domain/decide.js'
import { foldClient } from '../../src/domain/fold.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { MINUTE, T0 } from '../given.js'

/** A minute after the examples begin. */
export const LATER = T0 + MINUTE

/** Events that happened, a command, and what is decided. */
export const given = (...events: ReadonlyArray<ClientEvent>) => ({
  when: (command: ClientCommand) => {
    const decision = decide(command, foldClient(events))
    return {
      then: (...expected: ReadonlyArray<ClientEvent>) => {
        expect(decision).toEqual(E.right(expected))
      },
      thenRefused: (error: ClientError) => {
        expect(decision).toEqual(E.left(error))
      },
    }
  },
})
