import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

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

/** An export of an entry point, and whether it has a comment and an example. */
export interface Export {
  readonly name: string
  readonly hasComment: boolean
  readonly hasExample: boolean
  readonly isFunction: boolean
}

/** All exports of the entry points. */
export const exportsOf = (entries: ReadonlyArray<string>): ReadonlyArray<Export> => {
  const program = ts.createProgram([...entries], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  })
  const checker = program.getTypeChecker()
  return entries.flatMap((entry) => {
    const source = program.getSourceFile(entry)
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${entry} is not a module`)
    return checker.getExportsOfModule(module).map((alias) => {
      const symbol =
        (alias.flags & ts.SymbolFlags.Alias) === 0 ? alias : checker.getAliasedSymbol(alias)
      const type = symbol.valueDeclaration && checker.getTypeOfSymbol(symbol)
      return {
        name: `${entry}: ${alias.name}`,
        hasComment: symbol.getDocumentationComment(checker).length > 0,
        hasExample: symbol.getJsDocTags(checker).some((tag) => tag.name === 'example'),
        isFunction: (type?.getCallSignatures().length ?? 0) > 0,
      }
    })
  })
}
