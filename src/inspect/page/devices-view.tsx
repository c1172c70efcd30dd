import type { Device } from '../../projections/devices.js'
import { momentText } from '../time-text.js'
import { IdText, VisibleText } from './id-text.js'
import { StatusBadge } from './status-badge.js'

/** The devices of the user that was searched. */
export const DevicesView = ({ devices }: { readonly devices: ReadonlyArray<Device> }) => (
  <ul class="devices">
    {devices.map((device) => (
      <li key={device.client_id}>
        <h3>
          <IdText id={device.client_id} />
        </h3>
        <p>
          <VisibleText
            text={
              [
                device.browser_name,
                device.operating_system,
                device.kind,
                device.city,
                device.country,
                device.ip_address,
              ]
                .filter((part) => part !== null)
                .join(' · ') || 'nothing is known about it'
            }
          />
        </p>
        <p class="quiet">
          first seen {momentText(device.first_seen)}, last seen {momentText(device.last_seen)}
        </p>
        <p>
          {device.sessions.slice(0, 20).map(({ id, status }) => (
            <span key={id} class="chip">
              <StatusBadge status={status} /> <IdText id={id} most={20} />
            </span>
          ))}
        </p>
      </li>
    ))}
  </ul>
)
