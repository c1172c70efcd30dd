import type { Device, DeviceSession } from '../projections/devices.js'
import type { Screen } from './screen.js'
import type { Column } from './table-column.js'
import { minuteOf } from './table-time.js'
import { tableText } from './table.js'

const joined = (separator: string, ...parts: ReadonlyArray<string | null>): string =>
  parts.filter((part) => part !== null).join(separator)

/** The number before the first dot: `125` of `125.0.0.0`. */
const majorOf = (version: string | null): string | null => version?.split('.')[0] ?? null

const deviceCells = (device: Device, screen: Screen): ReadonlyArray<string> => {
  const { browser_name, browser_version, operating_system, kind } = device
  return [
    `${device.client_id}${device.is_current ? ' *' : ''}`,
    joined(' ', browser_name, majorOf(browser_version)) || 'unknown',
    joined(', ', operating_system, kind === 'unknown' ? null : kind) || 'unknown',
    joined(', ', device.city, device.country),
    device.ip_address ?? '',
    minuteOf(device.last_seen, screen),
  ]
}

const sessionCells = ({ id, status, actor, is_current }: DeviceSession): ReadonlyArray<string> => [
  `${id}${is_current ? ' *' : ''}`,
  `${status}${actor === null ? '' : ' (impersonated)'}`,
]

const COLUMNS: ReadonlyArray<Column> = [
  { title: 'device', kind: 'id' },
  { title: 'browser', kind: 'text' },
  { title: 'system', kind: 'text' },
  { title: 'place', kind: 'text' },
  { title: 'IP', kind: 'text' },
  { title: 'last seen', kind: 'value' },
  { title: 'session', kind: 'id' },
  { title: 'status', kind: 'status' },
]

/** So many columns are about the device. */
const DEVICE_COLUMNS = 6

/** A table of devices and their sessions. A star marks the current session and its device. */
export const deviceTable = (devices: ReadonlyArray<Device>, screen: Screen): string => {
  const rows = devices.flatMap((device) => {
    const cells = deviceCells(device, screen)
    return device.sessions.map((session) => [...cells, ...sessionCells(session)])
  })
  const hasCurrent = devices.some(({ is_current }) => is_current)
  const note = hasCurrent ? '* the current session' : undefined
  return tableText({ columns: COLUMNS, rows, grouped: DEVICE_COLUMNS, note }, screen)
}
