import { render } from 'preact'
import type { Inspection } from '../inspection.js'
import { FilePage } from './file-page.js'
import { ServedPage } from './served-page.js'

/** A page in a file has its data in this element. A page of a server has no such element. */
const data = document.getElementById('inspection')
const root = document.getElementById('root')

// From here on the bench counts.
performance.mark('begin')
if (root !== null) {
  render(
    data === null ? (
      <ServedPage />
    ) : (
      <FilePage inspection={JSON.parse(data.textContent) as Inspection} />
    ),
    root,
  )
}
