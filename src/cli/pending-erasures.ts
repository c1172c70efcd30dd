import { eraseDue } from '../clients/due-erasures.js'
import type { EventStore } from '../event-store/event-store.js'
import { EXIT } from './exit-code.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { storeNameOf } from './store-url.js'

/** `erase --pending`: a line for each scheduled erasure. */
export const listPending = async ({ pendingErasures }: EventStore): Promise<number> => {
  const output = standardOutput()
  let isEmpty = true
  for await (const { userId, dueAt } of pendingErasures.all()) {
    isEmpty = false
    await output.write(`user ${printable(userId)}: due ${new Date(dueAt).toISOString()}\n`)
  }
  if (isEmpty) await output.write('no erasure is scheduled\n')
  await output.done()
  return EXIT.ok
}

/** `erase --call-off`. A user without a scheduled erasure does not keep the others from it. */
export const callOffPending = async (
  { pendingErasures }: EventStore,
  url: string,
  userIds: Iterable<string>,
): Promise<number> => {
  const output = standardOutput()
  let exitCode: number = EXIT.ok
  for (const userId of userIds) {
    const name = `user ${printable(userId)}`
    if (await pendingErasures.callOff(userId)) {
      await output.write(`called off the erasure of ${name}\n`)
      continue
    }
    exitCode = EXIT.refused
    process.stderr.write(
      `${storeNameOf(url)} has no scheduled erasure of ${name}; clientfold erase --pending lists them\n`,
    )
  }
  await output.done()
  return exitCode
}

/**
 * `erase --due`, without the last line.
 *
 * @param describe - the line about a user who was erased
 * @returns how many users were erased
 */
export const erasePending = async (
  store: EventStore,
  describe: (userId: string, events: number) => string,
): Promise<number> => {
  const output = standardOutput()
  const users = await eraseDue(store, Date.now(), async (userId, events) => {
    await output.write(describe(userId, events))
  })
  if (users === 0) await output.write('no erasure is due\n')
  await output.done()
  return users
}
