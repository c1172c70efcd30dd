import { it } from 'vitest'
import { describeBrowser } from '../given/browser.js'
import { hostileIds } from '../given/hostile-ids.js'
import { comparePages } from './clock-property.js'
import { openHostilePages } from './hostile-ids-property.js'

// The slow tests look at much more of the page.
describeBrowser('a page in a browser', (browser) => {
  it('shows at both clocks the bytes of the library, and the rules of the model', async () => {
    await comparePages(browser(), { clients: 2, moments: 10, seed: 7 })
  })

  it('shows an id of a payload as a text and nothing else', async () => {
    const [image = '', ...others] = hostileIds
    await openHostilePages(browser(), [image, others.at(-1) ?? ''], ['why'])
  })
})
