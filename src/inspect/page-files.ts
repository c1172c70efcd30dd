/**
 * The files of the page, which the build puts beside this module. Each has a URL of its own, written so that
 * bundlers and file tracers find it. When the module runs from its source, as in tests, the files are those of
 * the last build.
 */
import { readFile } from 'node:fs/promises'

/** The script and the style of the page. */
export interface PageFiles {
  readonly script: string
  readonly style: string
}

/** Where the last build is, if this module runs from its source; else null. */
const lastBuild = (): string | null =>
  import.meta.url.endsWith('.ts')
    ? import.meta.url.replace(/\/src\/inspect\/[^/]*$/, '/dist/inspect/')
    : null

/**
 * Reads the script and the style of the page.
 *
 * @throws Error if a file is missing.
 */
export const readPageFiles = async (): Promise<PageFiles> => {
  const folder = lastBuild()
  const [script, style] = await Promise.all(
    folder === null
      ? [
          readFile(new URL('./inspector.js', import.meta.url), 'utf8'),
          readFile(new URL('./style.css', import.meta.url), 'utf8'),
        ]
      : [
          readFile(new URL('inspector.js', folder), 'utf8'),
          readFile(new URL('style.css', folder), 'utf8'),
        ],
  )
  return { script, style }
}
