import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import type { Inspection } from '../../../src/inspect/inspection.js'
import { aSessionEvent, DAY, T0 } from '../../given.js'
import { openPage, pageUrl } from '../given/browser.js'

const inspectionOf = (id: string): Inspection => {
  const names = { id, client_id: id, user_id: id }
  const ended = { status: 'ended', updated_at: T0 + 1 } as const
  const events = [aSessionEvent(names), aSessionEvent({ ...names, ...ended })]
  return { id, foundAs: 'client', clients: [{ id, events }], devices: [], now: T0 + DAY }
}

/** Opens pages whose ids are these texts. Nothing of a text may run, become markup, or turn other text round. */
export const openHostilePages = async (
  browser: Browser,
  ids: ReadonlyArray<string>,
  panels: ReadonlyArray<string>,
): Promise<void> => {
  const { page, problems } = await openPage(browser)
  for (const id of ids) {
    const url = await pageUrl(inspectionOf(id))
    for (const panel of panels) {
      await page.goto(`${url}#panel=${panel}`)
      await page.locator('.lane-label').first().waitFor()
      expect(await page.title()).toBe('clientfold inspector')
      expect(await page.locator('img, iframe, a, #root script, #root style').count()).toBe(0)
      const { text, width }: { text: string; width: number } = await page.evaluate(`({
        text: document.body.innerText,
        width: document.documentElement.scrollWidth - innerWidth,
      })`)
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000]/)
      // No long id fills the page, or makes it wider than the window.
      expect(text.length).toBeLessThan(20_000)
      expect(width).toBeLessThanOrEqual(0)
    }
  }
  expect(problems).toEqual([])
  await page.context().close()
}
