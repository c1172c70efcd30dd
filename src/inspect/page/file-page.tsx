import type { Inspection } from '../inspection.js'
import { momentText } from '../time-text.js'
import { IdText } from './id-text.js'
import { InspectionView } from './inspection-view.js'
import { useView } from './use-view.js'

/** The page in a file: one search, and no server. */
export const FilePage = ({ inspection }: { readonly inspection: Inspection }) => {
  const [view, change] = useView()
  return (
    <>
      <header class="top">
        <h1>
          clientfold <span class="quiet">timeline of {inspection.foundAs}</span>{' '}
          <IdText id={inspection.id} />
        </h1>
        <p class="quiet">made {momentText(inspection.now)} UTC</p>
      </header>
      <main>
        <InspectionView inspection={inspection} view={view} change={change} />
      </main>
    </>
  )
}
