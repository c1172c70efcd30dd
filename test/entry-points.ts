import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** A name that an entry point of the package exports. */
export interface EntryPointExport {
  /** Such as `clientfold/testing`. */
  readonly entryPoint: string
  readonly name: string
  readonly isFunction: boolean
  readonly hasComment: boolean
  readonly hasExample: boolean
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

/** The source file of each entry point, by the name by which users import it. */
const entryPoints = (): ReadonlyArray<readonly [string, string]> => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  return Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [
          [
            path.replace('.', 'clientfold'),
            target.types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'src/$1.ts'),
          ] as const,
        ],
  )
}

/** Everything that the entry points of the package export, types too. */
export const entryPointExports = (): ReadonlyArray<EntryPointExport> => {
  const entries = entryPoints()
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: true,
      types: ['node'],
    },
  )
  const checker = program.getTypeChecker()
  return entries.flatMap(([entryPoint, file]) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${file} is not a module`)
    return checker.getExportsOfModule(module).map((alias) => {
      const symbol =
        (alias.flags & ts.SymbolFlags.Alias) === 0 ? alias : checker.getAliasedSymbol(alias)
      const type = symbol.valueDeclaration && checker.getTypeOfSymbol(symbol)
      return {
        entryPoint,
        name: alias.name,
        isFunction: (type?.getCallSignatures().length ?? 0) > 0,
        hasComment: symbol.getDocumentationComment(checker).length > 0,
        hasExample: symbol.getJsDocTags(checker).some((tag) => tag.name === 'example'),
      }
    })
  })
}
