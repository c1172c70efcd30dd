import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Sends a signal to a process that still runs, and waits for its end. */
export const endChild = async (
  child: ChildProcess | undefined,
  signal: NodeJS.Signals,
): Promise<void> => {
  if (child?.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
