import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { SECRET_KEY, SIGNING_SECRET } from '../../http/given.js'
import type { Ended, Folder } from './folder.js'

/** Both secrets. */
export const SECRETS = {
  CLERK_WEBHOOK_SIGNING_SECRET: SIGNING_SECRET,
  CLIENTFOLD_SECRET_KEY: SECRET_KEY,
}

/** A server that runs. */
export interface ServeProcess {
  readonly url: string
  readonly child: ChildProcess
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

/** Starts `clientfold serve`, and waits until it says where it listens. */
export const startServer = async (
  folder: Folder,
  args: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = SECRETS,
  patienceMs?: number,
): Promise<ServeProcess> => {
  const { child, ended } = folder.start(
    ['serve', '--create', '--port', '0', ...args],
    env,
    patienceMs,
  )
  let output = ''
  while (!output.includes('\n')) {
    if (child.stderr === null) throw new Error('the process has no stderr')
    const [chunk] = (await Promise.race([
      once(child.stderr, 'data'),
      ended.then(({ stderr }) => {
        throw new Error(`the server ended: ${stderr}`)
      }),
    ])) as [Buffer]
    output += chunk.toString()
  }
  const [, url] = /^listening on (http:\/\/\S+): /.exec(output) ?? []
  if (url === undefined) throw new Error(`the server does not listen: ${output}`)
  return { url, child, kill: (signal) => child.kill(signal), ended }
}
