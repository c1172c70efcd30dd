import { it } from 'vitest'
import { describeBrowser } from '../given/browser.js'
import { comparePages } from './clock-property.js'

describeBrowser('the page of random clients, at length', (browser) => {
  it('both clocks give the bytes of the library, and why names the rules of the model', async () => {
    const seed = Date.now() % 1_000_000
    console.log(`seed ${seed}`)
    await comparePages(browser(), { clients: 20, moments: 200, seed })
  }, 600_000)
})
