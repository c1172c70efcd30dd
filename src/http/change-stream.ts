import type { ChangesProgress, ChangesQuery, ClientChange } from '../clients/client-change.js'
import type { Clients } from '../clients/clients.js'
import type { Position } from '../event-store/recorded-event.js'
import { withinTime } from './time-limit.js'

/** Settings of a stream of changes. */
export interface ChangeStreamSettings {
  /** How often a stream without changes says that it is alive. */
  readonly heartbeatMilliseconds: number
  /** How long a stream waits for a receiver that takes nothing. */
  readonly patienceMilliseconds: number
}

/** What a receiver of changes asks for. */
export interface ChangeStreamQuery extends Pick<ChangesQuery, 'after' | 'userId' | 'clientId'> {
  /**
   * How often the stream says how far behind it may be, in milliseconds. Unless given it does not, and says
   * now and then that it is alive.
   */
  readonly heartbeat?: number
}

/** A stream of changes that has begun. */
export interface ChangeStream {
  readonly body: ReadableStream<Uint8Array>
  /** Aborted when the stream has ended. */
  readonly signal: AbortSignal
  /** Ends the stream. The receiver can go on from the last position. */
  readonly end: () => void
}

/** How long a request waits for the begin of its stream. */
const BEGIN_MS = 5000

/** How long a receiver waits before it connects again, as the stream tells it. */
const RETRY_MS = 1000

const encoder = new TextEncoder()

const textOf = ({
  position,
  clientId: client_id,
  clientHash: client_hash,
  ...change
}: ClientChange): string =>
  `id: ${position}\ndata: ${JSON.stringify({ client_id, client_hash, ...change })}\n\n`

/** The position alone: it changes where the receiver goes on, and is no message to it. */
const idOf = (position: Position): string => `id: ${position}\n\n`

/**
 * Opens changes as server-sent events. Nothing is read ahead: the next change is read from the store when the
 * receiver takes it, so a receiver that stands still needs no memory, and is cut after a while.
 *
 * @param onStall - called when the stream was ended because the receiver took nothing for too long
 * @throws ForeignPosition, StoreUnavailable (as a rejection) if the changes cannot be read now.
 */
export const openChangeStream = async (
  clients: Clients,
  { after, heartbeat, ...filter }: ChangeStreamQuery,
  { heartbeatMilliseconds, patienceMilliseconds }: ChangeStreamSettings,
  onStall: () => void,
): Promise<ChangeStream> => {
  const ending = new AbortController()
  const { signal } = ending
  let stall: NodeJS.Timeout | undefined
  let position = after
  /** When the store was looked at last and everything had been given. */
  let current: number | undefined
  let sent: Position | undefined
  let begin: (() => void) | undefined
  let fail: ((error: unknown) => void) | undefined
  const begun = new Promise<void>((resolve, reject) => {
    ;[begin, fail] = [resolve, reject]
  })
  const onProgress = (progress: ChangesProgress): void => {
    position = progress.position
    if (progress.isCaughtUp) current = performance.now() - progress.age
    begin?.()
  }
  const query: ChangesQuery = {
    ...{ ...filter, after, signal, onProgress, onFailure: (failure) => fail?.(failure) },
    // A damaged record must not end the stream of all others. `clientfold check` reports it.
    onDamage: () => undefined,
  }
  const changes = clients.changes(query)[Symbol.asyncIterator]()

  const end = (isStalled = false): void => {
    if (signal.aborted) return
    clearTimeout(stall)
    ending.abort()
    void changes.return?.().catch(() => undefined)
    if (isStalled) onStall()
  }

  const requestChange = async (): Promise<IteratorResult<ClientChange>> => {
    try {
      return await changes.next()
    } catch (error) {
      fail?.(error)
      // The receiver connects again, and then gets the answer that says why.
      return { done: true, value: undefined }
    }
  }
  let next: Promise<IteratorResult<ClientChange>> | undefined = requestChange()
  begun.catch(() => undefined)
  try {
    await withinTime(Promise.race([begun, next]), BEGIN_MS, () => undefined)
    // Where the reading has failed, it has ended too.
    await Promise.race([begun, Promise.resolve()])
  } catch (error) {
    end()
    throw error
  }

  let text: string | undefined =
    `retry: ${RETRY_MS}\n${position === undefined ? '\n' : idOf(position)}`
  /**
   * A comment that says how many milliseconds ago everything had been given that was committed: from it a
   * receiver knows how far behind it may be. Empty while that is not known.
   */
  const currentText = (): string =>
    current === undefined || heartbeat === undefined
      ? ''
      : `: current ${Math.round(performance.now() - current)}\n`
  const readText = async (): Promise<string | undefined> => {
    if (text !== undefined) {
      const first = text
      ;[text, sent] = [undefined, position]
      return first
    }
    next ??= requestChange()
    const result = await withinTime(next, heartbeat ?? heartbeatMilliseconds, () => undefined)
    if (result?.done === true) return undefined
    if (result !== undefined) {
      next = undefined
      sent = result.value.position
      return currentText() + textOf(result.value)
    }
    if (position === undefined || position === sent) return `${currentText() || ': \n'}\n`
    sent = position
    return currentText() + idOf(position)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        clearTimeout(stall)
        const chunk = await readText()
        if (chunk === undefined || signal.aborted) {
          end()
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(chunk))
        stall = setTimeout(end, patienceMilliseconds, true).unref()
      },
      cancel: () => {
        end()
      },
    },
    { highWaterMark: 0 },
  )
  stall = setTimeout(end, patienceMilliseconds, true).unref()
  return { body, signal, end }
}
