import { useEffect, useState } from 'preact/hooks'
import { knownSince, sessionsIn, type ClientEvent } from '../../events/client-event.js'
import type { TimelineLane } from '../../projections/timeline.js'
import { wholeRange } from '../lane-drawing.js'
import type { MovingClock, Step } from '../steps.js'
import { durationText, momentText } from '../time-text.js'
import type { ViewState } from '../view-state.js'
import { IdText } from './id-text.js'
import { MomentField } from './moment-field.js'
import type { ChangeView } from './use-view.js'

/** How long a play stands on each event. */
const PLAY_MS = 900

/** The event on which the clock stands, in one sentence. */
const CurrentEvent = ({ event, place }: { event: ClientEvent; place: number }) => {
  const [session] = sessionsIn(event)
  const known = knownSince(event)
  return (
    <li>
      <strong>event {place + 1}</strong> {event.type}
      {session !== undefined && (
        <>
          {' '}
          <IdText id={session.id} most={24} /> {session.status}
        </>
      )}{' '}
      <span class="quiet">
        recorded {momentText(known)}
        {known > event.data.updated_at &&
          `, ${durationText(known - event.data.updated_at)} after it was true`}
      </span>
    </li>
  )
}

/** The two clocks, and the buttons that go from event to event. */
export const ClocksView = (props: {
  readonly events: ReadonlyArray<ClientEvent>
  readonly steps: ReadonlyArray<Step>
  /** The step on which the moving clock stands; -1 before the first. */
  readonly index: number
  readonly lanes: ReadonlyArray<TimelineLane>
  readonly now: number
  readonly view: ViewState
  readonly change: ChangeView
}) => {
  const { events, steps, index, lanes, now, view, change } = props
  const [isPlaying, setPlaying] = useState(false)
  const isAtEnd = index >= steps.length - 1

  const goTo = (place: number): void => {
    const step = steps[Math.max(0, Math.min(steps.length - 1, place))]
    if (step !== undefined) change({ [view.clock]: step.at }, true)
  }
  useEffect(() => {
    if (!isPlaying) return undefined
    if (isAtEnd) {
      setPlaying(false)
      return undefined
    }
    const timer = setTimeout(() => {
      goTo(index + 1)
    }, PLAY_MS)
    return () => {
      clearTimeout(timer)
    }
  })

  const [from, to] = wholeRange(lanes, now)
  const until = Math.max(to, now)
  const places = steps[index]?.places ?? []
  const clocks: ReadonlyArray<readonly [MovingClock, string, string]> = [
    ['asOf', 'as of', 'what was true then'],
    ['knownAt', 'known at', 'what was known then'],
  ]
  return (
    <section class="clocks" aria-label="clocks">
      {clocks.map(([name, label, meaning]) => (
        <MomentField
          key={name}
          {...{ name, label, meaning, from, until }}
          value={view[name]}
          onChange={(moment) => {
            change({ [name]: moment, clock: name }, true)
          }}
        />
      ))}
      <div class="play">
        <label>
          step by{' '}
          <select
            value={view.clock}
            onChange={(event) => {
              change({ clock: event.currentTarget.value as MovingClock })
            }}
          >
            <option value="knownAt">when events became known</option>
            <option value="asOf">when things were true</option>
          </select>
        </label>
        <span class="buttons">
          <button
            type="button"
            aria-label="event before"
            disabled={index <= 0}
            onClick={() => {
              goTo(index - 1)
            }}
          >
            ◀
          </button>
          <button
            type="button"
            aria-label={isPlaying ? 'pause' : 'play from event to event'}
            onClick={() => {
              if (!isPlaying && isAtEnd) goTo(0)
              setPlaying(!isPlaying)
            }}
          >
            {isPlaying ? 'pause' : 'play'}
          </button>
          <button
            type="button"
            aria-label="next event"
            disabled={isAtEnd}
            onClick={() => {
              goTo(index + 1)
            }}
          >
            ▶
          </button>
        </span>
        <ul aria-live="polite" class="current">
          {places.length === 0 && <li class="quiet">before the first event</li>}
          {places.slice(0, 3).map((place) => {
            const event = events[place]
            return event && <CurrentEvent key={place} event={event} place={place} />
          })}
          {places.length > 3 && <li class="quiet">and {places.length - 3} more at that moment</li>}
        </ul>
        <span class="quiet">
          step {index + 1} of {steps.length}
        </span>
      </div>
    </section>
  )
}
