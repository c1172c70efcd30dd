import type { Clients } from '../clients/clients.js'
import { jsonAnswer, unavailable, type Answer } from './api-error.js'

/** A store that needs longer than this to answer is not healthy. */
const HEALTH_PATIENCE_MS = 3000

const after = (milliseconds: number): { timer: NodeJS.Timeout; passed: Promise<Answer> } => {
  let timer!: NodeJS.Timeout
  const passed = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => {
      resolve(unavailable())
    }, milliseconds)
  })
  return { timer, passed }
}

/** Whether the store answers. It looks up a client that does not exist: that is cheap, and reads the events. */
export const healthOf = async (clients: Clients): Promise<Answer> => {
  const { timer, passed } = after(HEALTH_PATIENCE_MS)
  try {
    const read = clients.history('').then(() => jsonAnswer(200, 'ok', { status: 'ok' }))
    return await Promise.race([read, passed])
  } catch {
    return unavailable()
  } finally {
    clearTimeout(timer)
  }
}
