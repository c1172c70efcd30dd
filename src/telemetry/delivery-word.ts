/** The outcome of a delivery, as one word. */
export type DeliveryWord =
  | 'recorded'
  | 'duplicate'
  | 'ignored'
  | 'erased'
  | 'user-erased'
  | 'erasure-scheduled'
  | 'erasure-called-off'
  /** In the quarantine, because another event has its id. */
  | 'conflict'
  /** In the quarantine for another reason. */
  | 'quarantined'
  | 'unavailable'
  /** A defect: the receiver rejected. */
  | 'failed'
  | 'refused-headers'
  | 'refused-id'
  | 'refused-timestamp'
  | 'refused-too-old'
  | 'refused-too-new'
  | 'refused-signature'
  | 'refused-body-already-read'
  | 'refused-body'
  | 'refused-too-large'
  | 'refused-not-genuine'

/** Whether a delivery with this outcome shows a failure of this server or of its store. */
export const isFailedDelivery = (word: DeliveryWord): boolean =>
  word === 'unavailable' || word === 'failed' || word === 'refused-body-already-read'
