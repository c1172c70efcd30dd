import { expect, it } from 'vitest'
import { aSessionEvent, DAY, MINUTE, T0 } from '../../given.js'
import { aHandler, inMemory, listening, NOW, SECRET_KEY, someClients } from '../../http/given.js'
import type { Clients } from '../../../src/clients/clients.js'
import { describeBrowser, keepPicture, openPage, type WatchedPage } from '../given/browser.js'

const served = async (clients: Clients, inspect: boolean | { retry: boolean } = true) => {
  const handler = aHandler(clients, { inspect })
  return { url: `${await listening(handler)}/inspect`, handler }
}

const signIn = async ({ page }: WatchedPage): Promise<void> => {
  await page.getByLabel('Read secret').fill(SECRET_KEY)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('search').waitFor()
}

describeBrowser('the page of a server', (browser) => {
  it('shows nothing before someone signs in, and nothing after they sign out', async () => {
    const { url } = await served(await someClients())
    const watched = await openPage(browser())
    const { page, problems } = watched
    await page.goto(`${url}#id=client_1`)
    await page.getByLabel('Read secret').fill('sk_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('This is not the read secret').waitFor()
    expect(await page.content()).not.toContain('sess_')
    await signIn(watched)
    await page.locator('.lane-label').first().waitFor()
    const cookies = await page.context().cookies()
    expect(cookies).toMatchObject([
      { name: 'clientfold_inspector', httpOnly: true, sameSite: 'Strict' },
    ])
    expect(await page.evaluate('document.cookie')).toBe('')
    // The same browser is still signed in after a reload.
    await page.reload()
    await page.locator('.lane-label').first().waitFor()
    await page.getByRole('button', { name: 'sign out' }).click()
    await page.getByLabel('Read secret').waitFor()
    await page.reload()
    await page.getByLabel('Read secret').waitFor()
    expect(await page.content()).not.toContain('sess_')
    expect(problems).toEqual([])
  })

  it('its policy stops a script and a style that someone puts into it, and every other server', async () => {
    const { url } = await served(await someClients())
    const { page, problems } = await openPage(browser())
    await page.goto(url)
    await page.getByLabel('Read secret').waitFor()
    await page.evaluate(`{
      const script = document.createElement('script')
      script.textContent = 'document.title = "run"'
      document.body.append(script)
      document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/x" onerror="document.title = 1"><style>body{color:red}</style>')
      fetch('https://example.invalid/').catch(() => undefined)
    }`)
    expect(await page.title()).toBe('clientfold inspector')
    await expect
      .poll(() => problems.filter((line) => line.includes('Content Security Policy')).length)
      .toBeGreaterThanOrEqual(4)
  })

  it('finds a client, a session and a user, and says if there is no such id', async () => {
    const { url, handler } = await served(await someClients())
    const watched = await openPage(browser())
    const { page, problems } = watched
    await page.goto(url)
    await signIn(watched)
    const search = async (id: string): Promise<void> => {
      await page.getByRole('searchbox').fill(id)
      await page.getByRole('button', { name: 'Find' }).click()
    }
    await search('sess_3')
    await page.locator('.summary', { hasText: 'session sess_3' }).waitFor()
    await search('user_1')
    await page.locator('.summary', { hasText: '2 clients, 3 sessions' }).waitFor()
    await page.getByRole('tab', { name: 'devices' }).click()
    expect(await page.locator('.devices li').count()).toBe(2)
    await search('client_1')
    await page.locator('.summary', { hasText: 'client client_1' }).waitFor()
    await search('client_x')
    await page.getByText('No client, session or user has this id').waitFor()
    // What was searched is in no line of the log.
    expect(JSON.stringify(handler.logged)).not.toMatch(/client_|sess_|user_/)
    expect(problems).toEqual([])
  })

  it('shows changes as they come', async () => {
    const clients = inMemory(NOW)
    const { url, handler } = await served(clients)
    const watched = await openPage(browser())
    const { page } = watched
    await page.goto(`${url}#page=changes`)
    await signIn(watched)
    await page.getByText('live', { exact: true }).waitFor()
    await clients.record(aSessionEvent({ client_id: 'client_new' }))
    await page.getByRole('button', { name: 'client_new' }).click()
    await page.locator('.summary', { hasText: 'client client_new' }).waitFor()
    await page.close()
    handler.close()
  })

  it('shows the quarantine, a body on demand, and retries where that is switched on', async () => {
    const clients = inMemory(NOW)
    const body = Buffer.from(JSON.stringify(aSessionEvent({ id: '<img src=x onerror=alert(1)>' })))
    await clients.quarantine.keep({ id: 'msg_<b>', receivedAt: T0, reason: 'not JSON', body })
    const shown = await openPage(browser())
    const { url: only } = await served(clients)
    await shown.page.goto(`${only}#page=quarantine`)
    await signIn(shown)
    await shown.page.getByText('msg_<b>').waitFor()
    expect(await shown.page.getByRole('button', { name: 'Retry' }).count()).toBe(0)
    expect(await shown.page.locator('.quarantine pre').count()).toBe(0)
    await shown.page.getByRole('button', { name: 'Show body' }).click()
    expect(await shown.page.locator('.quarantine pre').innerText()).toContain('<img src=x')

    const { url } = await served(clients, { retry: true })
    const { page, problems } = shown
    // A cookie belongs to a host, whatever the port, and both servers have one secret.
    await page.goto(`${url}#page=quarantine`)
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByText('The quarantine is empty.').waitFor()
    expect(await clients.history('client_1')).toHaveLength(1)
    expect(problems).toEqual([])
  })

  it('has a picture for people to look at', async () => {
    const clients = await someClients(T0 + 3 * DAY)
    await clients.record(aSessionEvent({ status: 'revoked', updated_at: T0 + MINUTE }))
    const { url } = await served(clients)
    const watched = await openPage(browser(), { colorScheme: 'dark' })
    await watched.page.goto(`${url}#id=user_1`)
    await signIn(watched)
    await watched.page.locator('.lane-label').first().waitFor()
    await keepPicture(watched.page, 'served-user')
  })
})
