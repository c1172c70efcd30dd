/** Settings of a JetStream store. */
export interface JetStreamStoreOptions {
  /**
   * The servers and the stream: `nats://user:password@host:port,host:port/STREAM`. It takes three
   * parameters: `replicas`, for a stream that is created (3 unless given); `sync=always`, if each server
   * has `sync_interval: always`, so that one replica is enough; `creds`, a file with credentials.
   */
  readonly url: string
  /** False: reject as `missing` where there is no store. Otherwise one is created there. */
  readonly create?: boolean
  /** True: open also a store into which a restore has not ended, to go on with it. */
  readonly incomplete?: boolean
  /** The clock that gives `recorded_at`, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
  /** How often followers look for new events without a notification: every 1,000 ms unless given. */
  readonly pollMilliseconds?: number
}
