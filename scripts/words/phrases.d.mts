/** A turn of phrase to avoid. */
export interface Phrase {
  readonly pattern: RegExp
  /** What to write instead. */
  readonly instead: string
  /** A sentence that the pattern must match. */
  readonly bad: string
  /** A sentence of good English near to it, which the pattern must not match. */
  readonly good: string
}

export declare const PHRASES: ReadonlyArray<Phrase>
