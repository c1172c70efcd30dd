import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('reference'))
    .map((path) => join('docs', path)),
]

const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g

/** The anchor that GitHub gives to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (file: string): ReadonlyArray<string> =>
  Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    anchorOf(heading),
  )

const brokenLinksOf = (file: string): ReadonlyArray<string> =>
  Array.from(readFileSync(file, 'utf8').matchAll(LINK)).flatMap(([link, path = '', anchor]) => {
    const target = path === '' ? file : join(dirname(file), decodeURIComponent(path))
    if (!existsSync(target)) return [link]
    if (anchor === undefined || !target.endsWith('.md')) return []
    return anchorsOf(target).includes(anchor) ? [] : [link]
  })

it.each(documents.map((file) => ({ file })))(
  'every link in $file leads to a file and a heading that exist',
  ({ file }) => {
    expect(brokenLinksOf(file)).toEqual([])
  },
)

it.each(['guides', 'decisions'])(
  'every document in docs/%s is in the list of documents',
  (folder) => {
    const [list, prefix] =
      folder === 'decisions' ? ['docs/decisions/README.md', ''] : ['docs/README.md', `${folder}/`]
    const text = readFileSync(list, 'utf8')
    const missing = readdirSync(join('docs', folder)).filter(
      (name) => name !== 'README.md' && !text.includes(`](${prefix}${name})`),
    )
    expect(missing).toEqual([])
  },
)
