import type { FollowFrom } from '../event-store/event-store.js'

/** Reports the beginning and the end of each time in which the store cannot be read. */
export const createFailureReports = (): Pick<FollowFrom, 'onFailure' | 'onRecovery'> => {
  let isWaiting = false
  return {
    onFailure: ({ message }) => {
      if (!isWaiting)
        process.stderr.write(`waiting until the store can be read again: ${message}\n`)
      isWaiting = true
    },
    onRecovery: () => {
      isWaiting = false
      process.stderr.write('the store can be read again\n')
    },
  }
}
