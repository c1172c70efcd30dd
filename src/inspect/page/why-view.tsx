import type { ClientEvent } from '../../events/client-event.js'
import type { SessionVersion } from '../../domain/state.js'
import type { ClientExplanation, SessionExplanation } from '../../projections/explanation.js'
import { REASON_SENTENCES, RULE_SENTENCES } from '../sentences.js'
import { momentText } from '../time-text.js'
import { IdText } from './id-text.js'
import { StatusBadge } from './status-badge.js'

/** Events are counted from 1, as revisions are. */
export const eventNumbers = (places: ReadonlyArray<number>): string =>
  places.length === 0
    ? ''
    : `event${places.length === 1 ? '' : 's'} ${places
        .slice(0, 8)
        .map((place) => place + 1)
        .join(', ')}${places.length > 8 ? ` and ${places.length - 8} more` : ''}`

const Version = ({ value }: { readonly value: SessionVersion }) => (
  <>
    <StatusBadge status={value.session.status} /> updated {momentText(value.session.updated_at)},
    said {momentText(value.saidAt)}
  </>
)

/** The most versions that are listed for one session. */
const MOST_LOST = 50

const SessionWhy = ({ sessionId, winner, lost, statusByClock }: SessionExplanation) => (
  <article class="why" data-session={sessionId}>
    <h3>
      <IdText id={sessionId} />
    </h3>
    <p>
      <strong>counts</strong> <Version value={winner.value} />{' '}
      <span class="quiet">{eventNumbers(winner.places)}</span>
    </p>
    {statusByClock !== null && (
      <p>
        <strong>by the clock</strong> <StatusBadge status={statusByClock} />{' '}
        <span class="quiet">no event says so: Clerk sends none for it</span>
      </p>
    )}
    <ul>
      {lost.slice(0, MOST_LOST).map(({ value, places, rule }) => (
        <li key={places[0]} data-rule={rule}>
          lost by <strong>{rule}</strong>: <Version value={value} />{' '}
          <span class="quiet">
            {eventNumbers(places)}; {RULE_SENTENCES[rule]}
          </span>
        </li>
      ))}
    </ul>
    {lost.length > MOST_LOST && <p class="quiet">and {lost.length - MOST_LOST} more versions</p>}
    {lost.length === 0 && <p class="quiet">no other version is known</p>}
  </article>
)

/** The most sessions that are explained at once: choose a session in the timeline for another one. */
const MOST_SESSIONS = 100

/** For each session the versions that lost and the rule that decided; for each field where it comes from. */
export const WhyView = (props: {
  readonly explanation: ClientExplanation | null
  readonly events: ReadonlyArray<ClientEvent>
  readonly session: string
}) => {
  const { explanation, session } = props
  if (explanation === null) return <p class="hint">Nothing was known at that moment.</p>
  const chosen = explanation.sessions.filter(({ sessionId }) => sessionId === session)
  const shown = chosen.length > 0 ? chosen : explanation.sessions
  return (
    <div class="columns">
      <div>
        <h2>Sessions</h2>
        {shown.slice(0, MOST_SESSIONS).map((each) => (
          <SessionWhy key={each.sessionId} {...each} />
        ))}
        {shown.length > MOST_SESSIONS && (
          <p class="quiet">
            The first {MOST_SESSIONS} of {shown.length} sessions. Choose one in the timeline.
          </p>
        )}
      </div>
      <div>
        <h2>Fields of the Client</h2>
        <dl>
          {explanation.fields.map(({ field, reason, places }) => (
            <div key={field} data-field={field} data-reason={reason}>
              <dt>{field}</dt>
              <dd>
                {REASON_SENTENCES[reason]} <span class="quiet">{eventNumbers(places)}</span>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}
