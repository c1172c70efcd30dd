// Loads the temporary servers of the tests, whose modules are TypeScript.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import ts from 'typescript'

const MODULES = ['end-child', 'stores/postgres/server', 'stores/jetstream/server']

/** The module of `test/stores/<kind>/server.ts`. */
export const loadServers = async (kind) => {
  const folder = new URL(`../.bench-${process.pid}/`, import.meta.url)
  try {
    for (const name of MODULES) {
      const source = readFileSync(new URL(`../test/${name}.ts`, import.meta.url), 'utf8')
      const { outputText } = ts.transpileModule(source, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      })
      const target = new URL(`${name}.js`, folder)
      mkdirSync(new URL('.', target), { recursive: true })
      writeFileSync(target, outputText)
    }
    return await import(new URL(`stores/${kind}/server.js`, folder).href)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
