import { readFileSync } from 'node:fs'
import { rights } from 'fp-ts/lib/ReadonlyArray.js'
import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.js'
import { stateText } from '../../src/domain/state-text.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { exampleBodies, exampleEvents } from '../../src/testing/index.js'

const statesOf = (events: ReadonlyArray<ClientEvent>): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(fold(events), ([id, state]) => [id, stateText(state)]))

describe('exampleEvents', () => {
  it('exampleEvents fold to the same states as the example log file', () => {
    const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
    expect(statesOf(exampleEvents)).toEqual(statesOf(rights(lines.map(parseEvent))))
  })

  it('exampleBodies are the texts of exampleEvents', () => {
    expect(rights(exampleBodies.map(parseEvent))).toEqual(exampleEvents)
  })
})
