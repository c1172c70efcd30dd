// Checks the English of all files that ESLint does not read: documents and shell scripts.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findPhrases } from './find-phrases.mjs'

const PATHS = ['*.md', '.ci/run', 'package.json']

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...PATHS], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '')

const lineOf = (text, index) => text.slice(0, index).split('\n').length

const hits = files.flatMap((file) => {
  const text = readFileSync(file, 'utf8')
  return findPhrases(text).map(
    ({ index, phrase, instead }) =>
      `${file}:${lineOf(text, index)}: "${phrase}" is not plain English: ${instead}`,
  )
})
for (const hit of hits) console.error(hit)
if (hits.length > 0) process.exitCode = 1
