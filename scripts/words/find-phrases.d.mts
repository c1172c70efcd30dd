/** A phrase that a text contains. */
export interface FoundPhrase {
  /** The offset in the text, in UTF-16 code units. */
  readonly index: number
  readonly phrase: string
  /** What to write instead. */
  readonly instead: string
}

export declare const findPhrases: (text: string) => ReadonlyArray<FoundPhrase>
