import { useEffect, useState } from 'preact/hooks'
import type { Client } from '../../events/client.js'
import { momentText } from '../time-text.js'
import { IdText } from './id-text.js'
import { endpointUrl } from './server.js'
import { StatusBadge } from './status-badge.js'

/** A change, as the server sends it. */
interface Change {
  readonly client_id: string | null
  readonly client: Client | null
  readonly events: ReadonlyArray<{ readonly event: { readonly type: string } }>
}

interface SeenChange {
  readonly key: number
  readonly at: number
  readonly change: Change
}

/** How many changes the page keeps. */
const MOST = 200

/** The clients that change, as they change. */
export const ChangesView = ({ onChoose }: { readonly onChoose: (client: string) => void }) => {
  const [changes, setChanges] = useState<ReadonlyArray<SeenChange>>([])
  const [state, setState] = useState('connecting')
  useEffect(() => {
    const source = new EventSource(endpointUrl('changes'))
    let key = 0
    source.onopen = () => {
      setState('live')
    }
    source.onerror = () => {
      setState(
        source.readyState === EventSource.CLOSED
          ? 'ended by the server; open this page again'
          : 'connecting again',
      )
    }
    source.onmessage = ({ data }: MessageEvent<string>) => {
      key += 1
      const seen = { key, at: Date.now(), change: JSON.parse(data) as Change }
      setChanges((before) => [seen, ...before].slice(0, MOST))
    }
    return () => {
      source.close()
    }
  }, [])
  return (
    <section aria-label="changes">
      <p class="toolbar">
        <span class={`dot ${state}`} /> <span role="status">{state}</span>{' '}
        <span class="quiet">the clients that change from now on, the newest first</span>
      </p>
      {changes.length === 0 && <p class="hint">Nothing has changed since this page was opened.</p>}
      <ol class="changes">
        {changes.map(({ key, at, change: { client_id: id, client, events } }) => (
          <li key={key}>
            <time class="quiet">{momentText(at).slice(11)}</time>{' '}
            {id === null ? (
              <span>an erased client</span>
            ) : (
              <button
                type="button"
                class="link"
                onClick={() => {
                  onChoose(id)
                }}
              >
                <IdText id={id} />
              </button>
            )}{' '}
            {client === null
              ? 'is gone'
              : client.sessions
                  .slice(-4)
                  .map((session) => <StatusBadge key={session.id} status={session.status} />)}{' '}
            <span class="quiet">{events.length === 1 ? '1 event' : `${events.length} events`}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
