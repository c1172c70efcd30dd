import type { LookUpRow } from '../kit/look-ups.js'
import type { LookUpName } from '../kit/store-engine.js'
import { bytesOf } from './blob.js'
import type { Connection } from './connection.js'
import type { Statements } from './statements.js'

/** All rows of a look-up, page by page. A key that is not UTF-8 comes changed, and so fits no event. */
export async function* readLookUp(
  connection: Connection,
  { lookUpPage }: Statements,
  lookUp: LookUpName,
): AsyncGenerator<ReadonlyArray<LookUpRow>, void> {
  let last: LookUpRow = ['', '']
  for (;;) {
    const rows = await connection.read(() => lookUpPage[lookUp](...last))
    if (rows.length === 0) return
    const page = rows.map(({ key, client }): LookUpRow => [
      bytesOf(key).toString(),
      bytesOf(client).toString(),
    ])
    yield page
    const end = page.at(-1)
    // In a damaged order the last row could come before those that were read.
    if (end === undefined || !(end[0] > last[0] || (end[0] === last[0] && end[1] > last[1]))) return
    last = end
  }
}
