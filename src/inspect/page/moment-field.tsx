import { useEffect, useState } from 'preact/hooks'
import { momentOf, TIME_EXPECTED } from '../../events/moment.js'
import { momentText } from '../time-text.js'

/** One of the two clocks: a slider, and a field for an exact moment. */
export const MomentField = (props: {
  readonly name: string
  readonly label: string
  readonly meaning: string
  /** Epoch milliseconds. */
  readonly from: number
  readonly until: number
  /** Null means now. */
  readonly value: number | null
  readonly onChange: (moment: number | null) => void
}) => {
  const { name, label, meaning, from, until, value, onChange } = props
  const shown = value === null ? '' : `${momentText(value)}Z`
  const [text, setText] = useState(shown)
  useEffect(() => {
    setText(shown)
  }, [shown])
  const typed = text === '' ? null : momentOf(text.trim().replace(' ', 'T'))
  const isWrong = text !== '' && typed === null
  return (
    <div class={`clock ${name}`}>
      <label for={`slider-${name}`}>
        <strong>{label}</strong> <span class="quiet">{meaning}</span>
      </label>
      <input
        id={`slider-${name}`}
        type="range"
        min={from}
        max={until}
        step="any"
        value={value ?? until}
        aria-valuetext={value === null ? 'now' : momentText(value)}
        onInput={(event) => {
          const moment = Math.round(Number(event.currentTarget.value))
          onChange(moment >= until ? null : moment)
        }}
      />
      <input
        type="text"
        class="moment"
        aria-label={`${label}, exact moment in UTC`}
        aria-invalid={isWrong}
        title={isWrong ? `expected ${TIME_EXPECTED}` : undefined}
        placeholder="now"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
        }}
        onChange={() => {
          if (!isWrong) onChange(typed)
        }}
      />
      <button
        type="button"
        disabled={value === null}
        onClick={() => {
          onChange(null)
        }}
      >
        now
      </button>
    </div>
  )
}
