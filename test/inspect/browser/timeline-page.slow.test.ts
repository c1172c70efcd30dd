import { expect, it } from 'vitest'
import type { Inspection } from '../../../src/inspect/inspection.js'
import { aSession, aSessionEvent, anObservation, DAY, MINUTE, T0 } from '../../given.js'
import {
  describeBrowser,
  keepPicture,
  openPage,
  pageUrl,
  type WatchedPage,
} from '../given/browser.js'

const HOUR = 60 * MINUTE
const NOW = T0 + 8 * DAY

/** A session that is signed in for a day, then revoked; an event that comes late; one that expires. */
const EVENTS = [
  aSessionEvent({}, { recorded_at: T0 + MINUTE }),
  aSessionEvent(
    { id: 'sess_2', user_id: 'user_2', created_at: T0 + HOUR, updated_at: T0 + HOUR },
    { recorded_at: T0 + 2 * HOUR },
  ),
  aSessionEvent({ status: 'revoked', updated_at: T0 + DAY }, { recorded_at: T0 + DAY + MINUTE }),
  aSessionEvent({ status: 'pending', updated_at: T0 + 5 * HOUR }, { recorded_at: T0 + 2 * DAY }),
]

const inspectionOf = (id: string, events: Inspection['clients'][0]['events']): Inspection => ({
  ...{ id, foundAs: 'client', clients: [{ id, events }], devices: [], now: NOW },
})

const opened = async (
  { page }: WatchedPage,
  inspection = inspectionOf('client_1', EVENTS),
  fragment = '',
) => {
  await page.goto((await pageUrl(inspection)) + fragment)
  await page.locator('.lane-label').first().waitFor()
  return page
}

describeBrowser('the page of a client', (browser) => {
  it('shows the life of each session, from signed in to over, and what came late', async () => {
    const watched = await openPage(browser())
    const page = await opened(watched)
    const lanes = await page.evaluate(`Array.from(document.querySelectorAll('.lane'), (lane) => ({
      bars: Array.from(lane.querySelectorAll('.bar'), (bar) => bar.getAttribute('class').replace(/bar |status-/g, '')),
      events: Array.from(lane.querySelectorAll('.event'), (event) => event.getAttribute('class').replace(/event effect-/, '')),
    }))`)
    expect(lanes).toEqual([
      { bars: ['active', 'pending', 'revoked'], events: ['new', 'changed', 'late'] },
      { bars: ['active', 'expired derived'], events: ['new'] },
    ])
    expect(await page.locator('.lane-label').first().innerText()).toContain('user_1')
    // The bars follow each other without a gap, and the first begins where the session begins.
    const boxes: Array<[number, number]> = await page.evaluate(`Array.from(
      document.querySelector('.lane').querySelectorAll('.bar'),
      (bar) => [bar.getBoundingClientRect().left, bar.getBoundingClientRect().right],
    )`)
    expect(boxes[0]![1]).toBeCloseTo(boxes[1]![0], 0)
    expect(boxes[1]![1]).toBeCloseTo(boxes[2]![0], 0)
    const days = (boxes[1]![1] - boxes[0]![0]) / (boxes[2]![1] - boxes[0]![0])
    // A day of the seven until the other session expires, and the margins.
    expect(days).toBeGreaterThan(1 / 9)
    expect(days).toBeLessThan(1 / 6.5)
    expect(watched.problems).toEqual([])
    await keepPicture(page, 'timeline')
  })

  it('steps from event to event, and colours what each of them changed', async () => {
    const watched = await openPage(browser())
    const page = await opened(watched, undefined, `#known_at=${T0 + MINUTE}`)
    const current = page.locator('.current')
    expect(await current.innerText()).toContain('event 1 session.created sess_1 active')
    expect(await page.locator('.line.added').count()).toBeGreaterThan(10)
    await page.getByLabel('next event').click()
    await page.getByLabel('next event').click()
    expect(await current.innerText()).toContain('event 3 session.revoked sess_1 revoked')
    expect(await page.locator('.line.changed').allInnerTexts()).toContainEqual(
      expect.stringContaining('"status": "revoked"'),
    )
    expect(page.url()).toContain(`known_at=${T0 + DAY + MINUTE}`)
    // The late event changes nothing, and the clock stands on it.
    await page.getByLabel('next event').click()
    expect(await current.innerText()).toContain('event 4 session.pending sess_1 pending')
    expect(await page.locator('.line.changed, .line.added, .line.removed').count()).toBe(0)
    await page.getByLabel('event before').click()
    expect(await current.innerText()).toContain('event 3')
  })

  it('plays from event to event until the last one', async () => {
    const page = await opened(await openPage(browser()), undefined, `#known_at=${T0 + MINUTE}`)
    await page.getByRole('button', { name: 'play from event to event' }).click()
    await page.getByText('step 4 of 4').waitFor()
    await page.getByRole('button', { name: 'play from event to event' }).waitFor()
  })

  it('says who is signed in, now and at the chosen moment', async () => {
    const watched = await openPage(browser())
    const page = await opened(watched)
    const summary = page.locator('.summary')
    expect(await summary.innerText()).toContain('No one is signed in now')
    await page.goto(page.url().replace(/#.*/, '') + `#as_of=${T0 + 2 * HOUR}`)
    await page.locator('[data-live="2"]').waitFor()
    expect(await summary.innerText()).toMatch(/user_1\s+user_2\s+at the chosen moment/)
  })

  it('a URL reproduces the view', async () => {
    const watched = await openPage(browser())
    const page = await opened(watched)
    await page.locator('.lane-label').nth(1).click()
    await page.getByLabel('as of, exact moment in UTC').fill('2024-05-28 12:00')
    await page.getByLabel('as of, exact moment in UTC').press('Enter')
    await page.getByLabel('zoom in').click()
    const [url, text] = [page.url(), await page.locator('main').innerText()]
    expect(url).toContain('session=sess_2')
    expect(url).toContain(`as_of=${T0 + 4 * HOUR}`)
    const other = await openPage(browser())
    await other.page.goto(url)
    await other.page.locator('.why').waitFor()
    expect(await other.page.locator('main').innerText()).toBe(text)
    expect(await other.page.locator('.why').count()).toBe(1)
  })

  it('can be used by keyboard alone', async () => {
    const page = await opened(await openPage(browser()))
    await page.locator('.lanes').focus()
    await page.keyboard.press('+')
    await page.waitForURL(/range=/)
    await page.keyboard.press('0')
    await page.waitForURL((url) => !url.hash.includes('range'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/session=sess_1/)
    await page.locator('#slider-asOf').focus()
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL(/as_of=\d+/)
    await page.locator('[role=tab]').nth(2).focus()
    await page.keyboard.press('Enter')
    await page.locator('table').waitFor()
  })

  it('names where each field comes from', async () => {
    const observed = anObservation({ sessions: [aSession({})], sign_in_id: 'sia_1' })
    const page = await opened(
      await openPage(browser()),
      inspectionOf('client_1', [observed]),
      `#panel=why&as_of=${T0}`,
    )
    const reasonOf = (field: string) =>
      page.locator(`[data-field=${field}]`).getAttribute('data-reason')
    expect(await reasonOf('sign_in_id')).toBe('observation')
    expect(await reasonOf('created_at')).toBe('least')
    expect(await reasonOf('last_active_session_id')).toBe('activity')
  })
})
