import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { clientIdOf, type ClientEvent } from '../../../src/events/client-event.js'
import { decodeEvent } from '../../../src/events/decode-event.js'
import { fragmentOf, FIRST_VIEW } from '../../../src/inspect/view-state.js'
import { clientAsOf } from '../../../src/projections/client-query.js'
import { explainClient } from '../../../src/projections/explanation.js'
import { arbitraryTime } from '../../../src/testing/index.js'
import { arbitraryHostileLog } from '../../model/hostile-log.js'
import { naiveDecidingRule } from '../../model/naive-model.js'
import { documentsAt, openPage, pageUrl } from '../given/browser.js'

const NOW = 1_716_883_200_000

/** The events of random clients that have several events each. */
export const randomClients = (count: number, seed: number): ReadonlyArray<ClientEvent[]> => {
  const logs = fc.sample(arbitraryHostileLog(), { numRuns: 20 * count, seed })
  const clients = logs.flatMap((payloads) => {
    const decoded = payloads.map((payload) => decodeEvent(payload))
    const events = decoded.flatMap((each) => (E.isRight(each) ? [each.right] : []))
    const ids = [...new Set(events.map(clientIdOf))]
    return ids.map((id) => events.filter((event) => clientIdOf(event) === id))
  })
  return clients.filter((events) => events.length > 3).slice(0, count)
}

const arbitraryMoments = (events: ReadonlyArray<ClientEvent>) => {
  const time = fc.oneof(
    arbitraryTime(),
    fc.constantFrom(...events.map(({ data }) => data.updated_at)),
    fc.constantFrom(...events.map((event) => event.recorded_at ?? event.data.updated_at)),
  )
  return fc.record({ asOf: fc.option(time), knownAt: fc.option(time) })
}

/** The rules that a page names, session by session. */
const rulesOn = (page: Page): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  page.evaluate(`Array.from(document.querySelectorAll('.why'), (session) =>
    Array.from(session.querySelectorAll('[data-rule]'), (item) => item.dataset.rule))`)

/**
 * Opens a page for each of some random clients, and compares the document at random moments of both clocks with
 * the library, byte for byte, and the rules that the page names with those of the model.
 */
export const comparePages = async (
  browser: Browser,
  { clients: count, moments: each, seed }: { clients: number; moments: number; seed: number },
): Promise<void> => {
  const { page, problems } = await openPage(browser)
  let [rules, documents] = [0, 0]
  const clients = randomClients(count, seed)
  expect(clients).toHaveLength(count)
  for (const [index, events] of clients.entries()) {
    const id = clientIdOf(events[0]!)
    const inspected = { id, foundAs: 'client', clients: [{ id, events }], devices: [] } as const
    await page.goto(await pageUrl({ ...inspected, now: NOW }))
    const moments = fc.sample(arbitraryMoments(events), { numRuns: each, seed: seed + index })
    const views = moments.map((moment) => ({ ...FIRST_VIEW, ...moment }))
    const texts = await documentsAt(
      page,
      views.map((view) => `#${fragmentOf(view)}`.replace(/^#$/, '')),
    )
    for (const [place, { asOf, knownAt }] of moments.entries()) {
      const query = {
        ...(asOf === null ? { at: NOW } : { asOf }),
        ...(knownAt !== null && { knownAt }),
      }
      const client = clientAsOf(events, query)
      const text = texts[place]!
      if (client === null) expect(text).toBe('')
      else expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(client))
      documents += client === null ? 0 : 1
    }
    await page.goto(`${page.url().replace(/#.*/, '')}#panel=why`)
    await page.reload()
    await page.locator('dl').waitFor()
    const named = await rulesOn(page)
    const expected = explainClient(events, { at: NOW })?.sessions.map(({ winner, lost }) =>
      lost.map(({ value }) => naiveDecidingRule(winner.value, value)),
    )
    expect(named).toEqual(expected)
    rules += expected?.flat().length ?? 0
  }
  expect(problems).toEqual([])
  expect(documents).toBeGreaterThan(count)
  expect(rules).toBeGreaterThan(0)
  await page.context().close()
}
