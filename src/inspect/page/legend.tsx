import { symbolPath } from '../symbol-path.js'

const EFFECTS = ['new', 'changed', 'late', 'duplicate'] as const

/** What the symbols and the bars mean. */
export const Legend = () => (
  <span class="legend">
    <span>
      <svg width="18" height="14" aria-hidden="true">
        <rect class="bar status-active" y="1" width="18" height="12" rx="2" />
      </svg>{' '}
      signed in
    </span>
    <span>
      <svg width="18" height="14" aria-hidden="true">
        <rect class="bar status-ended" y="5" width="18" height="4" rx="2" />
      </svg>{' '}
      over
    </span>
    {EFFECTS.map((effect) => (
      <span key={effect}>
        <svg width="14" height="14" aria-hidden="true" class={`event effect-${effect}`}>
          <path d={symbolPath(effect)} transform="translate(7 7)" />
        </svg>{' '}
        {effect}
      </span>
    ))}
  </span>
)
