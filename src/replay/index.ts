export { filePartSource, type FilePart } from './file-part.js'
export { fileSource, SourceUnreadable, type ByteRange, type LogSource } from './source.js'
export {
  describeLineError,
  type InvalidUtf8,
  type LineError,
  type LineTooLong,
} from './read-line.js'
export type { SeveralObjects, WrappedEvent } from './line-hint.js'
export {
  readLog,
  type EventBatch,
  type LogStep,
  type Progress,
  type ReadOptions,
  type RefusedLine,
} from './read-log.js'
export { replayClients, type ReplayClientsOptions } from './replay-clients.js'
export type { ClientLines, ClientsDone, ClientsStep, ReplayWarning } from './clients-step.js'
export { EngineFull } from './wasm/engine-full.js'
export {
  compactLogs,
  type CompactionDone,
  type CompactionOptions,
  type CompactionStep,
  type RemainingEvents,
} from './compact-logs.js'
export { replay, type ReplayDone, type ReplayOptions, type ReplayStep } from './replay.js'
