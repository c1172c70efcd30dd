// Starts the temporary PostgreSQL server of the tests, whose modules are TypeScript.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const startPostgres = async () => {
  const folder = new URL('../.bench/', import.meta.url)
  const server = new URL('postgres-server.mjs', folder)
  await build({
    entryPoints: [fileURLToPath(new URL('../test/stores/postgres/server.ts', import.meta.url))],
    outfile: fileURLToPath(server),
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm' },
  })
  const { PostgresServer } = await import(server.href)
  rmSync(folder, { recursive: true })
  return PostgresServer.start()
}
