import { hash } from 'node:crypto'

/** The names of prepared statements. */
export interface StatementNames {
  /** Set to false when something between this process and the server forgets prepared statements. */
  isOn: boolean
  readonly nameOf: (text: string) => string
}

/**
 * Names statements, so that a connection prepares each of them once.
 *
 * A connection keeps the plan of a name, and a plan from the time when the tables were small would
 * read whole tables later. So a statement gets a new name whenever its uses have doubled: a plan that
 * has become bad is used at most as often as it was used while it was good.
 */
export const createStatementNames = (): StatementNames => {
  const statements = new Map<string, { readonly digest: string; name: string; uses: number }>()
  const nameOf = (text: string): string => {
    let statement = statements.get(text)
    if (statement === undefined) {
      // A name has 63 bytes at most, and one connection may serve several stores.
      const digest = hash('sha256', text).slice(0, 32)
      statements.set(text, (statement = { digest, name: '', uses: 0 }))
    }
    statement.uses += 1
    const doublings = Math.log2(statement.uses)
    if (Number.isInteger(doublings)) statement.name = `${statement.digest}_${doublings}`
    return statement.name
  }
  return { isOn: true, nameOf }
}
