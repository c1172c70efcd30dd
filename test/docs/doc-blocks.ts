import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A block of code in a document or in a comment. */
export interface DocBlock {
  /** File and line, for messages. */
  readonly name: string
  readonly language: string
  readonly code: string
  /** The block of plain text that directly follows: the output of the commands. */
  readonly output: string | undefined
}

const filesIn = (folder: string, ending: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort()

const FENCED = /^```(\w*)\n(.*?)^```$(?:\n+^```text\n(.*?)^```$)?/gms

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length

/** The fenced blocks of the README, of CONTRIBUTING and of every document in `docs`. */
export const documentBlocks = (): ReadonlyArray<DocBlock> =>
  ['README.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md')].flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return Array.from(
      text.matchAll(FENCED),
      ({ index, 1: language = '', 2: code = '', 3: output }) => ({
        name: `${file}:${lineOf(text, index)}`,
        language,
        code,
        output,
      }),
    )
  })

const EXAMPLE = /^ *\* @example\n((?: *\*(?! @)(?!\/).*\n)+)/gm

/** The examples in the comments of the sources. */
export const commentExamples = (): ReadonlyArray<DocBlock> =>
  filesIn('src', '.ts').flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return Array.from(text.matchAll(EXAMPLE), ({ index, 1: comment = '' }) => ({
      name: `${file}:${lineOf(text, index)}`,
      language: 'ts',
      code: comment.replace(/^ *\* ?/gm, ''),
      output: undefined,
    }))
  })
