/** A delivery in quarantine, without its body. */
export interface QuarantineEntry {
  readonly id: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
  readonly reason: string
  readonly bytes: number
}

/** What a retry of a delivery in quarantine did. */
export interface RetryAnswer {
  /** False if the delivery is still in quarantine. */
  readonly isDone: boolean
  /** One sentence for a person. */
  readonly sentence: string
}
