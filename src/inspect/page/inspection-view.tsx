import { useMemo } from 'preact/hooks'
import { clientAsOf, type ClientQuery } from '../../projections/client-query.js'
import { explainClient } from '../../projections/explanation.js'
import { timelineOf } from '../../projections/timeline.js'
import type { Inspection } from '../inspection.js'
import { stepIndexAt, stepsOf } from '../steps.js'
import { PANELS, type ViewState } from '../view-state.js'
import { ClocksView } from './clocks-view.js'
import { DevicesView } from './devices-view.js'
import { DocumentView } from './document-view.js'
import { EventsView } from './events-view.js'
import { IdText } from './id-text.js'
import { StatusBadge } from './status-badge.js'
import { TimelineView } from './timeline-view.js'
import type { ChangeView } from './use-view.js'
import { WhyView } from './why-view.js'

/** What a search found: its timeline, the two clocks, and the Client at that moment. */
export const InspectionView = (props: {
  readonly inspection: Inspection
  readonly view: ViewState
  readonly change: ChangeView
}) => {
  const { inspection, view, change } = props
  const { clients, now } = inspection
  const { asOf, knownAt } = view
  const client = clients.find(({ id }) => id === view.client) ?? clients[0]
  const offset = clients
    .slice(0, client === undefined ? 0 : clients.indexOf(client))
    .reduce((sum, each) => sum + each.events.length, 0)
  const events = useMemo(() => client?.events ?? [], [client])

  const lanes = useMemo(() => {
    const all = timelineOf(
      clients.flatMap((each) => each.events),
      { knownAt: knownAt ?? undefined },
    )
    // A search for a user shows the sessions of that user; others share only the device.
    return inspection.foundAs === 'user' ? all.filter((lane) => lane.userId === inspection.id) : all
  }, [inspection, clients, knownAt])

  const steps = useMemo(() => stepsOf(events, view.clock), [events, view.clock])
  const clockMoment = view.clock === 'knownAt' ? knownAt : asOf
  const index = clockMoment === null ? steps.length - 1 : stepIndexAt(steps, clockMoment)

  const queryOf = (moments: Pick<ViewState, 'asOf' | 'knownAt'>): ClientQuery => ({
    ...(moments.asOf === null ? { at: now } : { asOf: moments.asOf }),
    ...(moments.knownAt !== null && { knownAt: moments.knownAt }),
  })
  const documents = useMemo(() => {
    if (view.panel !== 'document') return { client: null, before: null }
    // The moment just before the step on which the clock stands.
    const step = steps[index]
    const last = step && queryOf({ asOf, knownAt, [view.clock]: step.at - 1 })
    return {
      client: clientAsOf(events, queryOf({ asOf, knownAt })),
      before: last === undefined ? null : clientAsOf(events, last),
    }
  }, [events, now, steps, index, asOf, knownAt, view.clock, view.panel])
  const explanation = useMemo(
    () => (view.panel === 'why' ? explainClient(events, queryOf({ asOf, knownAt })) : null),
    [events, now, asOf, knownAt, view.panel],
  )

  const live = lanes.filter(({ spans }) =>
    spans.some(
      ({ status, from, to }) =>
        (status === 'active' || status === 'pending') &&
        from <= (asOf ?? now) &&
        (to === null || (asOf ?? now) < to),
    ),
  )
  const users = [...new Set(live.map(({ userId }) => userId))]

  return (
    <>
      <section class="summary" aria-label="summary">
        <p>
          <span class="quiet">{inspection.foundAs}</span> <IdText id={inspection.id} />
        </p>
        <p data-live={live.length}>
          {users.length === 0 ? (
            'No one is signed in '
          ) : (
            <>
              <StatusBadge status="active" /> Signed in:{' '}
              {users.slice(0, 5).map((user) => (
                <>
                  <IdText id={user} key={user} />{' '}
                </>
              ))}
              {users.length > 5 && `and ${users.length - 5} more `}
            </>
          )}
          <span class="quiet">{asOf === null ? 'now' : 'at the chosen moment'}</span>
        </p>
        <p class="quiet">
          {clients.length} {clients.length === 1 ? 'client' : 'clients'}, {lanes.length}{' '}
          {lanes.length === 1 ? 'session' : 'sessions'},{' '}
          {clients.reduce((sum, each) => sum + each.events.length, 0)} events
        </p>
      </section>
      <TimelineView lanes={lanes} now={now} view={view} change={change} />
      <ClocksView
        events={events}
        steps={steps}
        index={index}
        lanes={lanes}
        now={now}
        view={view}
        change={change}
      />
      {clients.length > 1 && (
        <label class="chooser">
          Client{' '}
          <select
            value={client?.id}
            onChange={(event) => {
              change({ client: event.currentTarget.value })
            }}
          >
            {clients.map(({ id }) => (
              <option key={id} value={id}>
                {id.slice(0, 80)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div role="tablist" aria-label="details" class="tabs">
        {PANELS.filter((name) => name !== 'devices' || inspection.devices.length > 0).map(
          (name) => (
            <button
              key={name}
              id={`tab-${name}`}
              role="tab"
              type="button"
              aria-selected={view.panel === name}
              aria-controls="panel"
              onClick={() => {
                change({ panel: name })
              }}
            >
              {name}
            </button>
          ),
        )}
      </div>
      <section id="panel" role="tabpanel" aria-labelledby={`tab-${view.panel}`} tabIndex={0}>
        {view.panel === 'document' && <DocumentView {...documents} />}
        {view.panel === 'why' && (
          <WhyView explanation={explanation} events={events} session={view.session} />
        )}
        {view.panel === 'events' && (
          <EventsView
            events={events}
            revisions={client?.revisions}
            lanes={lanes}
            offset={offset}
            current={steps[index]?.places ?? []}
            change={change}
          />
        )}
        {view.panel === 'devices' && <DevicesView devices={inspection.devices} />}
      </section>
    </>
  )
}
