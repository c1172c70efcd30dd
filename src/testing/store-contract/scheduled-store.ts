import type fc from 'fast-check'
import type { EventStore, ReadFrom } from '../../event-store/event-store.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'

/**
 * A store whose calls and answers are delayed in an order that a scheduler chooses. A seed so repeats
 * what the network and the event loop do by chance.
 */
export const scheduledStore = (store: EventStore, scheduler: fc.Scheduler): EventStore => {
  const turn = (label: string): Promise<void> => scheduler.schedule(Promise.resolve(), label)
  const scheduled = async <A>(label: string, call: () => Promise<A>): Promise<A> => {
    await turn(`call of ${label}`)
    try {
      return await call()
    } finally {
      await turn(`answer of ${label}`)
    }
  }
  async function* inTurns(
    label: string,
    read: (from?: ReadFrom) => AsyncIterable<RecordedEvent>,
    from: ReadFrom | undefined,
  ): AsyncGenerator<RecordedEvent, void> {
    await turn(`call of ${label}`)
    for await (const recorded of read(from)) {
      yield recorded
      await turn(`next event of ${label}`)
    }
  }
  return {
    append: (clientId, events, expected) =>
      scheduled('append', () => store.append(clientId, events, expected)),
    record: (events) => scheduled('record', () => store.record(events)),
    readClient: (clientId, fromRevision) =>
      scheduled('readClient', () => store.readClient(clientId, fromRevision)),
    readAll: (from) => inTurns('readAll', store.readAll, from),
    follow: (from) => inTurns('follow', store.follow, from),
    nextCommit: (after, signal) => scheduled('nextCommit', () => store.nextCommit(after, signal)),
    lastPosition: () => scheduled('lastPosition', store.lastPosition),
    logEnd: () => scheduled('logEnd', store.logEnd),
    heldBackBy: () => scheduled('heldBackBy', store.heldBackBy),
    clientIds: () => scheduled('clientIds', store.clientIds),
    clientsOfUser: (userId) => scheduled('clientsOfUser', () => store.clientsOfUser(userId)),
    clientsOfSession: (sessionId) =>
      scheduled('clientsOfSession', () => store.clientsOfSession(sessionId)),
    eraseClient: (clientId) => scheduled('eraseClient', () => store.eraseClient(clientId)),
    eraseUser: (userId) => scheduled('eraseUser', () => store.eraseUser(userId)),
    compact: (before, options) => scheduled('compact', () => store.compact(before, options)),
    forget: (before, options) => scheduled('forget', () => store.forget(before, options)),
    horizon: () => scheduled('horizon', store.horizon),
    scrub: (options) => scheduled('scrub', () => store.scrub(options)),
    erasures: (after) => scheduled('erasures', () => store.erasures(after)),
    wasErased: (kind, id) => scheduled('wasErased', () => store.wasErased(kind, id)),
    backup: store.backup,
    restore: store.restore,
    checkWritable: store.checkWritable,
    check: store.check,
    diagnose: store.diagnose,
    quarantine: store.quarantine,
    pendingErasures: store.pendingErasures,
    close: store.close,
  }
}
