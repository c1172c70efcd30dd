// Starts the temporary PostgreSQL server of the tests, whose module is TypeScript.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import ts from 'typescript'

export const startPostgres = async () => {
  const folder = new URL('../.bench/', import.meta.url)
  const source = new URL('../test/stores/postgres/server.ts', import.meta.url)
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('postgres-server.mjs', folder), outputText)
  const { PostgresServer } = await import(new URL('postgres-server.mjs', folder).href)
  rmSync(folder, { recursive: true })
  return PostgresServer.start()
}
