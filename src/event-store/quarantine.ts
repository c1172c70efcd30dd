/** A genuine delivery that could not be recorded, kept as it came. */
export interface QuarantinedDelivery {
  /** The delivery's id: the header `svix-id`. */
  readonly id: string
  /** When it was received, epoch milliseconds. */
  readonly receivedAt: number
  /** Why it could not be recorded; quotes no value of the body. */
  readonly reason: string
  /** Byte for byte. */
  readonly body: Uint8Array
}

/**
 * Where deliveries wait that are genuine, and that this version cannot record. They hold what Clerk
 * sent, personal data too, and not only what an event keeps of it.
 */
export interface Quarantine {
  /**
   * Keeps a delivery, durably before this answers. Of one id the first is kept.
   *
   * @throws TypeError if it has no id, or a time that is none: a defect of the caller.
   */
  readonly keep: (delivery: QuarantinedDelivery) => Promise<void>
  /** What is kept, by `receivedAt`, then by `id` in UTF-16 code units. */
  readonly all: () => AsyncIterable<QuarantinedDelivery>
  /** Removes a delivery; false if there was none of that id. */
  readonly remove: (id: string) => Promise<boolean>
}
