import { bytesOf } from '../webhooks/raw-body.js'

/** The parts of Node's request that show what a parser did to the body before this code ran. */
interface IncomingRequest {
  /** True once something has read the body, or a part of it. */
  readonly readableDidRead?: unknown
  /** What a parser made of the body: Express, Next.js. */
  readonly body?: unknown
  /** The bytes, which some frameworks keep beside the parsed body: NestJS, Firebase. */
  readonly rawBody?: unknown
}

/** Node's request, if the caller passed it on; `@hono/node-server` does. */
const incomingOf = (bindings: unknown): IncomingRequest | undefined => {
  if (typeof bindings !== 'object' || bindings === null || !('incoming' in bindings))
    return undefined
  const { incoming } = bindings
  return typeof incoming === 'object' && incoming !== null ? incoming : undefined
}

/**
 * The body of a request, if a parser read it before this code ran: its bytes, if the parser left them, or
 * `lost`. Undefined if no parser has read it.
 *
 * @param bindings - the second argument of `fetch`, as `@hono/node-server` passes it
 */
export const bodyReadBefore = (
  request: Request,
  bindings: unknown,
): Uint8Array | 'lost' | undefined => {
  const incoming = incomingOf(bindings)
  if (incoming?.readableDidRead === true) {
    return bytesOf(incoming.rawBody) ?? bytesOf(incoming.body) ?? 'lost'
  }
  return request.bodyUsed ? 'lost' : undefined
}
