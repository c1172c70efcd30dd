import { StoreUnavailable, type UnavailableReason } from '../../event-store/store-error.js'

type Diagnosis = readonly [UnavailableReason, string]

/** By the code of the server. Its text can hold names, and is only in the cause. */
const DIAGNOSES: Readonly<Record<number, Diagnosis>> = {
  10008: ['unreachable', 'JetStream has no leader at the moment'],
  10009: ['unreachable', 'JetStream has no leader at the moment'],
  10023: ['storage', 'JetStream has no memory or disk left for the stream'],
  10028: ['storage', 'the account has no storage left for the stream'],
  10035: ['denied', 'JetStream is not enabled for this account'],
  10039: ['denied', 'JetStream is not enabled for this account'],
  10047: ['storage', 'JetStream has no disk space left'],
  10054: ['storage', 'an event is larger than max_msg_size of the stream'],
  10058: ['foreign', 'the stream exists with another configuration'],
  10059: ['missing', 'there is no stream of that name'],
  10065: ['foreign', 'another stream takes the subjects of this store'],
  10074: ['unreachable', 'the server is not a cluster, so it keeps no replicas'],
  10076: ['unreachable', 'JetStream is not enabled on the server'],
  10077: ['storage', 'the stream is full: raise its max_bytes'],
}

/** The code of the server in an error; 0 for none. */
export const codeOf = (error: unknown): number => {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'number' ? code : 0
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** The errors of a connection: the same work may succeed on the next one. */
const CONNECTION_ERRORS =
  /^(TimeoutError|NoResponders|JetStreamNotEnabled|RequestError|ConnectionError|DisconnectedError)$/

/** True if the same request may succeed a moment later. */
export const isPassing = (error: unknown): boolean =>
  CONNECTION_ERRORS.test(nameOf(error)) || [10008, 10009].includes(codeOf(error))

const diagnosisOf = (error: unknown): Diagnosis => {
  const code = codeOf(error)
  const known = DIAGNOSES[code]
  if (known !== undefined) return [known[0], `${known[1]} (${code})`]
  if (code > 10000) return ['storage', `JetStream failed (${code})`]
  switch (nameOf(error)) {
    case 'AuthorizationError':
    case 'UserAuthenticationExpiredError':
      return ['denied', 'the NATS server refuses the user or the password']
    case 'PermissionViolationError':
      return ['denied', 'the user lacks rights on the subjects of the store']
    case 'ClosedConnectionError':
    case 'DrainingConnectionError':
      return ['closed', 'the connection to NATS was closed']
    case 'TimeoutError':
      return ['unreachable', 'JetStream did not answer in time']
    case 'NoResponders':
    case 'JetStreamNotEnabled':
      return ['unreachable', 'JetStream does not answer: it is off, or the stream has no leader']
    case 'InvalidArgumentError':
      return ['storage', 'an event is larger than max_payload of the server']
    default:
      return ['unreachable', 'no NATS server answers']
  }
}

/** The error of the client or the server as the port's error, with the original as its cause. */
export const unavailable = (error: unknown): StoreUnavailable =>
  error instanceof StoreUnavailable ? error : new StoreUnavailable(...diagnosisOf(error), error)
