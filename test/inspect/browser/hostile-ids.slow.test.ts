import { it } from 'vitest'
import { describeBrowser } from '../given/browser.js'
import { hostileIds } from '../given/hostile-ids.js'
import { openHostilePages } from './hostile-ids-property.js'

describeBrowser('each hostile id of a payload', (browser) => {
  it('is a text and nothing else, in every part of the page', async () => {
    await openHostilePages(browser(), hostileIds, ['document', 'why', 'events'])
  }, 180_000)
})
