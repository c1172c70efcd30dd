import Table from 'cli-table3'
import type { Device, DeviceSession } from '../projections/devices.js'
import { printable } from './printable.js'
import { minuteOf } from './table-time.js'

const joined = (separator: string, ...parts: ReadonlyArray<string | null>): string =>
  printable(parts.filter((part) => part !== null).join(separator))

/** The number before the first dot: `125` of `125.0.0.0`. */
const majorOf = (version: string | null): string | null => version?.split('.')[0] ?? null

const deviceCells = (device: Device): ReadonlyArray<string> => {
  const { browser_name, browser_version, operating_system, kind } = device
  return [
    `${printable(device.client_id)}${device.is_current ? ' *' : ''}`,
    joined(' ', browser_name, majorOf(browser_version)) || 'unknown',
    joined(', ', operating_system, kind === 'unknown' ? null : kind) || 'unknown',
    joined(', ', device.city, device.country),
    joined('', device.ip_address),
    minuteOf(device.last_seen),
  ]
}

const sessionCells = ({ id, status, actor, is_current }: DeviceSession): ReadonlyArray<string> => [
  `${printable(id)}${is_current ? ' *' : ''}`,
  `${status}${actor === null ? '' : ' (impersonated)'}`,
]

const rowsOf = (device: Device): string[][] => {
  const cells = deviceCells(device)
  const blank = cells.map(() => '')
  return device.sessions.map((session, index) => [
    ...(index === 0 ? cells : blank),
    ...sessionCells(session),
  ])
}

const HEAD = ['device', 'browser', 'system', 'place', 'IP', 'last seen (UTC)', 'session', 'status']

/** A table of devices and their sessions. A star marks the current session and its device. */
export const deviceTable = (devices: ReadonlyArray<Device>): string => {
  // No colours, because the table may be written to a file.
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } })
  for (const device of devices) table.push(...rowsOf(device))
  const hasCurrent = devices.some(({ is_current }) => is_current)
  return `${table.toString()}\n${hasCurrent ? '* the current session\n' : ''}`
}
