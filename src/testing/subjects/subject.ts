/** A delivery of a webhook, as an HTTP request carries it. */
export interface DeliveryRequest {
  /** The id of the delivery, which is in the header `svix-id` too. */
  readonly id: string
  /** Lower-case names. With a secret, they carry the signature. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How a delivery was answered. */
export interface DeliveryAnswer {
  /** The status by the rules of HTTP: every 2xx is an acknowledgement. */
  readonly status: number
}

/**
 * What is tested: anything that takes deliveries of webhooks and answers with Clients. Every function may be
 * synchronous or not.
 */
export interface Subject {
  /** Called once before the first delivery. Every run uses ids of its own, so that one opening serves all. */
  readonly open?: () => unknown
  /** Takes a delivery. No answer counts as an acknowledgement, and an exception as the status 500. */
  readonly deliver: (
    request: DeliveryRequest,
  ) => DeliveryAnswer | undefined | Promise<DeliveryAnswer | undefined>
  /**
   * Reads the documented Client, or null where it does not exist. `at` is the clock in epoch milliseconds.
   * Without this function only the answers are checked.
   */
  readonly read?: (clientId: string, at?: number) => unknown
  /**
   * Ends the subject and begins it again on the same data. What only memory held is lost. A crash is a call while a
   * delivery has no answer yet: that delivery should fail then.
   */
  readonly restart?: () => unknown
  /** Called once after the last run. */
  readonly close?: () => unknown
  /** The signing secret, `whsec_…`. With it deliveries are signed, and forged ones are sent too. */
  readonly secret?: string | undefined
  /** `now` if `read` takes no `at` and reads by the system's clock; `at` unless given. */
  readonly clock?: 'at' | 'now' | undefined
}
