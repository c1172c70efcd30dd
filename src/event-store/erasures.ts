/** Clients that lost something by erasures. */
export interface Erasures {
  /** The number of the last loss that is listed here; the given number if nothing is listed. */
  readonly last: number
  /** The hashes of the clients, as `clientHashOf` gives them, in the order of the losses. */
  readonly clients: ReadonlyArray<string>
}
