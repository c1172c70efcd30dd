import { useCallback, useEffect, useState } from 'preact/hooks'
import { fragmentOf, readFragment, type ViewState } from '../view-state.js'

/** Changes a part of the view. With `replace`, the button "back" does not return to the view before. */
export type ChangeView = (change: Partial<ViewState>, replace?: boolean) => void

/** The view that the URL names. It follows the URL, and the URL follows it. */
export const useView = (): readonly [ViewState, ChangeView] => {
  const [view, setView] = useState(() => readFragment(location.hash))
  useEffect(() => {
    const follow = (): void => {
      setView(readFragment(location.hash))
    }
    addEventListener('hashchange', follow)
    return () => {
      removeEventListener('hashchange', follow)
    }
  }, [])
  const change = useCallback<ChangeView>((part, replace = false) => {
    setView((present) => {
      const next = { ...present, ...part }
      const url = `#${fragmentOf(next)}`
      if (url !== location.hash) {
        if (replace) history.replaceState(null, '', url)
        else history.pushState(null, '', url)
      }
      return next
    })
  }, [])
  return [view, change]
}
