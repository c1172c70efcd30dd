import { once } from 'node:events'
import { SECRET_KEY, SIGNING_SECRET } from '../http/given.js'
import type { Ended, Folder } from './run-cli.js'

/** Both secrets. */
export const SECRETS = {
  CLERK_WEBHOOK_SIGNING_SECRET: SIGNING_SECRET,
  CLIENTFOLD_SECRET_KEY: SECRET_KEY,
}

/** A server that is running. */
export interface Serving {
  readonly url: string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

/** Starts `clientfold serve`, and waits until it says where it listens. */
export const serving = async (
  folder: Folder,
  args: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = SECRETS,
  patienceMs?: number,
): Promise<Serving> => {
  const { child, ended } = folder.start(['serve', '--port', '0', ...args], env, patienceMs)
  let said = ''
  while (!said.includes('\n')) {
    if (child.stderr === null) throw new Error('there is no stderr')
    const [chunk] = (await Promise.race([
      once(child.stderr, 'data'),
      ended.then(({ stderr }) => {
        throw new Error(`it ended: ${stderr}`)
      }),
    ])) as [Buffer]
    said += chunk.toString()
  }
  const [, url] = /^listening on (http:\/\/\S+): /.exec(said) ?? []
  if (url === undefined) throw new Error(`it does not listen: ${said}`)
  return { url, kill: (signal) => child.kill(signal), ended }
}
