import { useEffect, useState } from 'preact/hooks'
import { momentText } from '../time-text.js'
import { visibleText } from '../visible-text.js'
import { IdText, VisibleText } from './id-text.js'
import { quarantine, quarantineBody, retryDelivery } from './server.js'

type Listed = Awaited<ReturnType<typeof quarantine>>

/** A body is shown with its line ends. */
const bodyText = (body: string): string => body.split('\n').map(visibleText).join('\n')

/** Deliveries that could not be recorded, with reason, body on demand, and retry where the server allows it. */
export const QuarantineView = ({ onFailure }: { readonly onFailure: (error: unknown) => void }) => {
  const [listed, setListed] = useState<Listed | null>(null)
  const [bodies, setBodies] = useState<Readonly<Record<string, string>>>({})
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({})
  const load = (): void => void quarantine().then(setListed, onFailure)
  useEffect(load, [onFailure])
  if (listed === null) return <p class="hint">Loading…</p>
  if (listed.entries.length === 0) return <p class="hint">The quarantine is empty.</p>
  const show = async (id: string): Promise<void> => {
    const body = await quarantineBody(id)
    setBodies((before) => ({ ...before, [id]: body }))
  }
  const retry = async (id: string): Promise<void> => {
    const { isDone, sentence } = await retryDelivery(id)
    setAnswers((before) => ({ ...before, [id]: sentence }))
    if (isDone) load()
  }
  return (
    <section aria-label="quarantine">
      <p class="toolbar quiet">
        Genuine deliveries that this version could not record. A body holds everything that Clerk
        sent, also personal data.
      </p>
      <ul class="quarantine">
        {listed.entries.map(({ id, receivedAt, reason, bytes }) => (
          <li key={id}>
            <p>
              <IdText id={id} />{' '}
              <span class="quiet">
                received {momentText(receivedAt)}, {bytes} bytes
              </span>
            </p>
            <p>
              <VisibleText text={reason} />
            </p>
            <p>
              <button type="button" onClick={() => void show(id).catch(onFailure)}>
                Show body
              </button>{' '}
              {listed.canRetry && (
                <button type="button" onClick={() => void retry(id).catch(onFailure)}>
                  Retry
                </button>
              )}{' '}
              <span role="status">{answers[id]}</span>
            </p>
            {bodies[id] !== undefined && <pre tabIndex={0}>{bodyText(bodies[id])}</pre>}
          </li>
        ))}
      </ul>
      {listed.isCut && <p class="quiet">Only the oldest deliveries are shown.</p>}
    </section>
  )
}
