import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Inspection } from '../../../src/inspect/inspection.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../../given.js'
import { describeBrowser, keepPicture, openPage, pageUrl } from '../given/browser.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: ReadonlyArray<{ readonly html: string }>
}

/** What axe finds on a page, of all impacts. The policy of the page allows no script, so a debugger runs it. */
const violationsOn = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(AXE)
  const { violations }: { violations: Violation[] } = await page.evaluate('axe.run()')
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html ?? ''}`)
}

const EVENTS = [
  aSessionEvent({ actor: { sub: 'user_9' } }, { recorded_at: T0 + MINUTE }),
  aSessionEvent({ status: 'revoked', updated_at: T0 + DAY }, { recorded_at: T0 + 2 * DAY }),
  aSessionEvent({ id: 'sess_2', status: 'pending' }),
]

const inspection: Inspection = {
  ...{ id: 'client_1', devices: [], now: T0 + 3 * DAY },
  foundAs: 'client',
  clients: [{ id: 'client_1', events: EVENTS }],
}

describeBrowser('the accessibility of the page', (browser) => {
  it.each([
    { name: 'light', colorScheme: 'light' as const, width: 1280 },
    { name: 'dark', colorScheme: 'dark' as const, width: 1280 },
    { name: 'narrow', colorScheme: 'light' as const, width: 360 },
  ])('axe finds nothing on the $name page, and it fits its window', async (each) => {
    const { name, colorScheme, width } = each
    const { page } = await openPage(browser(), { colorScheme, viewport: { width, height: 800 } })
    const url = await pageUrl(inspection)
    for (const panel of ['document', 'why', 'events']) {
      await page.goto(`${url}#panel=${panel}&known_at=${T0 + 2 * DAY}`)
      await page.reload()
      await page.locator('.lane-label').first().waitFor()
      expect(await violationsOn(page)).toEqual([])
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(overflow).toBeLessThanOrEqual(0)
      await keepPicture(page, `${name}-${panel}`)
    }
  })
})
