/** A genuine delivery that could not be recorded, exactly as it was received. */
export interface QuarantinedDelivery {
  /** The delivery's id: the header `svix-id`. */
  readonly id: string
  /** When it was received, epoch milliseconds. */
  readonly receivedAt: number
  /** Why it could not be recorded; quotes no value of the body. */
  readonly reason: string
  /** The bytes of the request, unchanged. */
  readonly body: Uint8Array
}

/** How much the quarantine holds. */
export interface QuarantineSize {
  readonly deliveries: number
  /** When the oldest of them was received, epoch milliseconds; null without any. */
  readonly oldestReceivedAt: number | null
}

/**
 * Keeps deliveries that are genuine but that this version cannot record. A kept delivery holds
 * everything that Clerk sent, including personal data that an event would drop.
 */
export interface Quarantine {
  /**
   * Keeps a delivery, durably before this answers. If an id comes again, the first delivery stays.
   *
   * @throws TypeError if the id is empty or the time is invalid: a defect of the caller.
   */
  readonly keep: (delivery: QuarantinedDelivery) => Promise<void>
  /** All kept deliveries, by `receivedAt`, then by `id` in UTF-16 code units. */
  readonly all: () => AsyncIterable<QuarantinedDelivery>
  /** How many deliveries it holds, damaged ones too, and since when: found without reading their bodies, but on JetStream. */
  readonly size: () => Promise<QuarantineSize>
  /** Removes a delivery. Answers false if the quarantine holds no delivery with this id. */
  readonly remove: (id: string) => Promise<boolean>
}
