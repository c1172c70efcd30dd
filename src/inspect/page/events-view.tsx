import { useMemo, useState } from 'preact/hooks'
import { knownSince, saidAt, sessionsIn, type ClientEvent } from '../../events/client-event.js'
import type { EventEffect, TimelineLane } from '../../projections/timeline.js'
import { momentText } from '../time-text.js'
import { IdText } from './id-text.js'
import type { ChangeView } from './use-view.js'

/** How many rows are added at once. */
const PAGE = 200

/** Every event of a client: said, recorded, and what it did. */
export const EventsView = (props: {
  readonly events: ReadonlyArray<ClientEvent>
  readonly revisions: ReadonlyArray<number> | undefined
  readonly lanes: ReadonlyArray<TimelineLane>
  /** The place of the first of these events among the events of the lanes. */
  readonly offset: number
  readonly current: ReadonlyArray<number>
  readonly change: ChangeView
}) => {
  const [shown, setShown] = useState(PAGE)
  const { events, revisions, lanes, offset, current, change } = props
  const effects = useMemo(() => {
    const byPlace = new Map<number, EventEffect>()
    for (const { marks } of lanes) {
      // An observation has a mark on several lanes: what it changed counts.
      for (const { place, effect } of marks) {
        const present = byPlace.get(place - offset)
        if (present === undefined || effect === 'new' || effect === 'changed') {
          byPlace.set(place - offset, effect)
        }
      }
    }
    return byPlace
  }, [lanes, offset])
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{revisions === undefined ? 'event' : 'revision'}</th>
            <th scope="col">said (UTC)</th>
            <th scope="col">recorded (UTC)</th>
            <th scope="col">type</th>
            <th scope="col">session</th>
            <th scope="col">status</th>
            <th scope="col">effect</th>
          </tr>
        </thead>
        <tbody>
          {events.slice(0, shown).map((event, place) => {
            const [session, ...others] = sessionsIn(event)
            const [said, known] = [saidAt(event), knownSince(event)]
            const effect = effects.get(place)
            return (
              <tr key={place} aria-current={current.includes(place) ? 'true' : undefined}>
                <td>
                  <button
                    type="button"
                    class="link"
                    title="set the clock of knowledge to this event"
                    onClick={() => {
                      change({ knownAt: known, clock: 'knownAt' })
                    }}
                  >
                    {revisions?.[place] ?? place + 1}
                  </button>
                </td>
                <td>{momentText(said)}</td>
                <td>{momentText(known)}</td>
                <td>{event.type}</td>
                <td>
                  {session !== undefined && <IdText id={session.id} most={24} />}
                  {others.length > 0 && ` and ${others.length} more`}
                </td>
                <td>{session?.status}</td>
                <td class={`effect-${effect ?? 'unknown'}`}>{effect ?? 'not known then'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {events.length > shown && (
        <button
          type="button"
          onClick={() => {
            setShown(shown + PAGE)
          }}
        >
          Show more ({events.length - shown})
        </button>
      )}
    </>
  )
}
