import { styleText } from 'node:util'
import type { SessionStatus } from '../events/session.js'

const COLOURS: Readonly<Record<SessionStatus, 'green' | 'yellow' | 'red' | 'gray'>> = {
  active: 'green',
  pending: 'yellow',
  ended: 'gray',
  expired: 'gray',
  replaced: 'gray',
  abandoned: 'gray',
  revoked: 'red',
  removed: 'gray',
}

const isStatus = (text: string | undefined): text is SessionStatus =>
  text !== undefined && Object.hasOwn(COLOURS, text)

/** A text that begins with a status, in its colour. Other texts stay as they are. */
export const colouredStatus = (text: string): string => {
  const [status] = text.split(' ')
  // The caller knows whether there are colours. Newer versions of Node would look at standard output as well.
  return isStatus(status) ? styleText(COLOURS[status], text, { validateStream: false }) : text
}
