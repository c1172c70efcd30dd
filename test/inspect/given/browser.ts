import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { filePage } from '../../../src/inspect/page-html.js'
import { readPageFiles } from '../../../src/inspect/page-files.js'
import type { Inspection } from '../../../src/inspect/inspection.js'

const CANDIDATES = [
  process.env.CLIENTFOLD_CHROMIUM ?? '',
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
]

const executable = CANDIDATES.find((path) => path !== '' && existsSync(path))

if (executable === undefined) {
  const message =
    'no Chromium was found, so the tests of the inspector page cannot run: install chromium, or set CLIENTFOLD_CHROMIUM'
  // In continuous integration a test that does not run is a failure.
  if (process.env.CLIENTFOLD_BROWSER_TESTS === 'required') throw new Error(message)
  console.warn(`SKIPPED: ${message}`)
}

/** A group of tests in a browser; skipped where there is no browser. */
export const describeBrowser = (name: string, tests: (browser: () => Browser) => void): void => {
  describe.skipIf(executable === undefined)(name, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] })
    })
    afterAll(() => browser?.close())
    tests(() => {
      if (browser === undefined) throw new Error('the browser has not started')
      return browser
    })
  })
}

/** A page, and everything that went wrong on it. */
export interface WatchedPage {
  readonly page: Page
  /** Errors of scripts, breaches of the policy, and other lines of the console. */
  readonly problems: ReadonlyArray<string>
}

/** Opens an empty page that records what goes wrong on it. */
export const openPage = async (
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('dialog', (dialog) => {
    problems.push('a dialog')
    void dialog.dismiss()
  })
  page.on('console', (line) => {
    // The first question of a page is answered 401 until someone signs in.
    if (line.type() === 'error' && !line.text().includes('401')) problems.push(line.text())
  })
  return { page, problems }
}

const made: string[] = []
afterAll(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true })
})

/** Writes a page with this content into a file; gives its URL. */
export const pageUrl = async (inspection: Inspection): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'clientfold-page-'))
  made.push(folder)
  const path = join(folder, 'page.html')
  writeFileSync(path, filePage(inspection, await readPageFiles()))
  return pathToFileURL(path).href
}

/** Keeps a picture of a page for people to look at. */
export const keepPicture = async (page: Page, name: string): Promise<void> => {
  const folder = resolve('.pictures')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/**
 * The JSON text of the document on a page, for each fragment of its URL: without the lines that are shown as
 * removed. Empty where the client did not exist.
 */
export const documentsAt = (
  page: Page,
  fragments: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> =>
  page.evaluate(`(async () => {
    const texts = []
    for (const hash of ${JSON.stringify(fragments)}) {
      if (location.hash !== hash) {
        await new Promise((done) => {
          // The page hears of it too, and draws before the timer.
          addEventListener('hashchange', () => setTimeout(done, 0), { once: true })
          location.hash = hash
        })
      }
      const lines = document.querySelectorAll('.document .line:not([data-change=removed]) code')
      texts.push(Array.from(lines, ({ textContent }) => textContent).join('\\n'))
    }
    return texts
  })()`)
