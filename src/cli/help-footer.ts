/** The end of the help of a command. */
export interface HelpFooter {
  /** Paragraphs that come first, without a line feed at the end. */
  readonly notes?: string
  /** One command line that works. */
  readonly example: string
  /** What each exit code means. Codes 2 and 70 are added where they are missing. */
  readonly exitCodes: Readonly<Record<number, string>>
}

const COMMON_CODES: Readonly<Record<number, string>> = {
  2: 'wrong usage, or a file could not be read or written',
  70: 'a defect of clientfold',
}

/** The text that stands after the options in the help of a command. */
export const helpFooter = ({ notes, example, exitCodes }: HelpFooter): string => {
  const codes = Object.entries({ ...COMMON_CODES, ...exitCodes })
  return [
    ...(notes === undefined ? [] : ['', notes]),
    '',
    'Example:',
    `  ${example}`,
    '',
    'Exit codes:',
    ...codes.map(([code, meaning]) => `  ${code.padEnd(4)}${meaning}`),
  ].join('\n')
}

/** What exit code 2 means for a command that works on a store. */
export const STORE_FAILED = 'wrong usage, or the store could not be used'
