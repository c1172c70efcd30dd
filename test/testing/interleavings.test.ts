import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/events/json.js'
import { assertInterleavings, type RunStep, type Subject } from '../../src/testing/index.js'
import { reducerOf, type Kept } from './handlers/plain-handler.js'

const { initialState, evolve, toClient } = reducerOf()

/** A handler that reads a row with its version, and writes it; `isChecked` refuses to write over a newer one. */
const handlerOn = (runStep: RunStep, isChecked: boolean): Subject => {
  const rows = new Map<string, { readonly version: number; readonly kept: Kept }>()
  const rowOf = (clientId: string) => rows.get(clientId) ?? { version: 0, kept: initialState() }
  const tryOnce = async (clientId: string, payload: JsonObject): Promise<boolean> => {
    const { version, kept } = await runStep(() => rowOf(clientId))
    return runStep(() => {
      if (isChecked && rowOf(clientId).version !== version) return false
      rows.set(clientId, { version: version + 1, kept: evolve(kept, payload) })
      return true
    })
  }
  return {
    deliver: async ({ id, body }) => {
      const payload = { ...(JSON.parse(body) as JsonObject), id }
      const { data } = payload as unknown as { readonly data: { readonly client_id: string } }
      while (!(await tryOnce(data.client_id, payload))) continue
      return { status: 200 }
    },
    read: (clientId, at) => toClient(rowOf(clientId).kept, at),
  }
}

/** Marks a delivery as done before it writes what the delivery says, or in one step with it. */
const markingHandlerOn = (runStep: RunStep, isOneStep: boolean): Subject => {
  const done = new Set<string>()
  const clients = new Map<string, Kept>()
  return {
    deliver: async ({ id, body }) => {
      const payload = { ...(JSON.parse(body) as JsonObject), id }
      const { data } = payload as unknown as { readonly data: { readonly client_id: string } }
      const write = (): void => {
        const kept = clients.get(data.client_id) ?? initialState()
        clients.set(data.client_id, evolve(kept, payload))
      }
      const isNew = await runStep(() => {
        const isFirst = !done.has(id)
        done.add(id)
        if (isOneStep && isFirst) write()
        return isFirst
      })
      if (isNew && !isOneStep) await runStep(write)
      return { status: 200 }
    },
    read: (clientId, at) => toClient(clients.get(clientId) ?? initialState(), at),
    restart: () => undefined,
  }
}

describe('assertInterleavings', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => ({ seed })))(
    'a race is found in seed $seed, on three events at most',
    async ({ seed }) => {
      const run = assertInterleavings((runStep) => handlerOn(runStep, false), { seed })
      const error = await run.catch((reason: unknown) => reason as Error)
      expect(error?.message).toMatch(/^BROKEN: no interleaving of deliveries loses anything\n/)
      expect(error?.message.match(/^ {2}msg_/gm)?.length).toBeLessThanOrEqual(3)
      expect(error?.message).toContain(`await assertInterleavings(create, { seed: ${seed} })`)
    },
  )

  it('a handler that checks the version of a row loses nothing', async () => {
    await assertInterleavings((runStep) => handlerOn(runStep, true), { seed: 1 })
  })

  it.each(Array.from({ length: 5 }, (_, seed) => ({ seed })))(
    'a delivery that a crash leaves half done is found in seed $seed, on four events at most',
    async ({ seed }) => {
      const run = assertInterleavings((runStep) => markingHandlerOn(runStep, false), { seed })
      const error = await run.catch((reason: unknown) => reason as Error)
      expect(error?.message).toMatch(/^Delivered: .* with a crash/m)
      expect(error?.message.match(/^ {2}msg_/gm)?.length).toBeLessThanOrEqual(4)
    },
  )

  it('a handler that marks and writes in one step loses nothing in a crash', async () => {
    await assertInterleavings((runStep) => markingHandlerOn(runStep, true), { seed: 1 })
  })
})
