import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Inspection } from '../inspection.js'
import { PAGES } from '../view-state.js'
import { ChangesView } from './changes-view.js'
import { InspectionView } from './inspection-view.js'
import { Login } from './login.js'
import { QuarantineView } from './quarantine-view.js'
import { SearchForm } from './search-form.js'
import { find, signOut, SignedOut } from './server.js'
import { useView } from './use-view.js'

/** What a search came to. */
type Result =
  | { readonly state: 'empty' | 'searching' | 'signed-out' | 'nothing' }
  | { readonly state: 'failed'; readonly sentence: string }
  | { readonly state: 'found'; readonly inspection: Inspection }

/** The page of a server: search, changes, quarantine. */
export const ServedPage = () => {
  const [view, change] = useView()
  const [result, setResult] = useState<Result>({ state: 'empty' })
  const { id, page } = view

  const fail = useCallback((error: unknown) => {
    if (error instanceof SignedOut) setResult({ state: 'signed-out' })
    else setResult({ state: 'failed', sentence: (error as Error).message })
  }, [])

  const search = useCallback(async () => {
    setResult({ state: 'searching' })
    try {
      // A search for nothing says at least whether the browser is signed in.
      const inspection = await find(id)
      if (inspection !== null) setResult({ state: 'found', inspection })
      else setResult({ state: id === '' ? 'empty' : 'nothing' })
    } catch (error) {
      fail(error)
    }
  }, [id, fail])
  useEffect(() => void search(), [search])

  if (result.state === 'signed-out') return <Login onSignedIn={() => void search()} />
  return (
    <>
      <header class="top">
        <h1>clientfold</h1>
        <SearchForm
          id={id}
          onSearch={(text) => {
            if (text === id) void search()
            change({
              ...{ id: text, client: '', session: '', page: 'timeline' },
              ...{ asOf: null, knownAt: null, range: null },
            })
          }}
        />
        <nav aria-label="pages">
          {PAGES.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={page === name ? 'page' : undefined}
              onClick={() => {
                change({ page: name })
              }}
            >
              {name}
            </button>
          ))}
          <button
            type="button"
            onClick={() =>
              void signOut().finally(() => {
                setResult({ state: 'signed-out' })
              })
            }
          >
            sign out
          </button>
        </nav>
      </header>
      <main aria-busy={result.state === 'searching'}>
        {page === 'changes' && (
          <ChangesView
            onChoose={(client) => {
              change({ page: 'timeline', id: client, client: '', session: '', range: null })
            }}
          />
        )}
        {page === 'quarantine' && <QuarantineView onFailure={fail} />}
        {page === 'timeline' && result.state === 'found' && (
          <InspectionView inspection={result.inspection} view={view} change={change} />
        )}
        {page === 'timeline' && result.state === 'empty' && (
          <p class="hint">Search for the id of a client, a session or a user.</p>
        )}
        {page === 'timeline' && result.state === 'nothing' && (
          <p class="hint" role="status">
            No client, session or user has this id. Ids are searched whole: check its beginning and
            its end.
          </p>
        )}
        {result.state === 'failed' && (
          <p class="hint failure" role="alert">
            {result.sentence}
          </p>
        )}
      </main>
    </>
  )
}
