import { useMemo, useState } from 'preact/hooks'
import type { Client } from '../../events/client.js'
import { documentLines, shownParts, type DocumentLine, type LineChange } from '../document-lines.js'
import { momentText } from '../time-text.js'
import { shortText } from '../visible-text.js'

const SIGNS: Readonly<Record<LineChange, string>> = {
  same: ' ',
  added: '+',
  changed: '~',
  removed: '−',
}

/** A time in words, for a line that holds one in milliseconds. */
const timeIn = (text: string): string => {
  const [, moment] = /^ *"[a-z_]+_at": (\d{1,15}),?$/.exec(text) ?? []
  return moment === undefined ? '' : momentText(Number(moment))
}

/** Longer lines are shortened in their middle. */
const LONGEST_LINE = 2000

const Line = ({ text, change }: DocumentLine) => (
  <div class={`line ${change}`} data-change={change}>
    <span class="sign" aria-label={change === 'same' ? undefined : change}>
      {SIGNS[change]}
    </span>
    <code>{text.length > LONGEST_LINE ? shortText(text, LONGEST_LINE) : text}</code>
    <span class="note quiet">{timeIn(text)}</span>
  </div>
)

/** The documented Client as JSON. What differs from the moment before is coloured. */
export const DocumentView = (props: {
  readonly client: Client | null
  readonly before: Client | null
}) => {
  const { client, before } = props
  const lines = useMemo(() => documentLines(client, before), [client, before])
  const [isWhole, setWhole] = useState(false)
  const parts = useMemo(() => shownParts(lines, isWhole), [lines, isWhole])
  return (
    <>
      {client === null ? (
        <p class="hint">Nothing was known about this client at that moment.</p>
      ) : (
        <p class="toolbar">
          <span class="key added">+ added</span> <span class="key changed">~ changed</span>{' '}
          <span class="key removed">− removed</span>{' '}
          <span class="quiet">by the event on which the clock stands</span>
          <button
            type="button"
            onClick={() => void navigator.clipboard.writeText(JSON.stringify(client))}
          >
            Copy JSON
          </button>
        </p>
      )}
      <pre class="document" tabIndex={0} aria-label="the Client as JSON">
        {parts.map((part, index) =>
          typeof part === 'number' ? (
            <div key={index} class="line quiet">
              <span class="sign" />… {part} lines that are the same
            </div>
          ) : (
            <Line key={`${part.change}${part.path}`} {...part} />
          ),
        )}
      </pre>
      {parts.some((part) => typeof part === 'number') && (
        <button
          type="button"
          onClick={() => {
            setWhole(true)
          }}
        >
          Show all {lines.length} lines
        </button>
      )}
    </>
  )
}
