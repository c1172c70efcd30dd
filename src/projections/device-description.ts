import type { DeviceFacts, FactName } from '../domain/device-facts.js'
import { readUserAgent, type DeviceKind, type UserAgent } from './user-agent.js'

/** What kind of device it is, with which browser, and where: each key as it was last known, else null. */
export interface DeviceDescription {
  readonly kind: DeviceKind
  /** As Clerk names it, such as `Macintosh` or `iPhone`. */
  readonly device_type: string | null
  /** Without a version: browsers no longer name the true one. */
  readonly operating_system: string | null
  readonly browser_name: string | null
  readonly browser_version: string | null
  readonly ip_address: string | null
  readonly city: string | null
  readonly country: string | null
}

type Texts = Readonly<Partial<Record<FactName, string>>>

/** The operating systems of the types of devices that Clerk names. */
const SYSTEM_OF: Readonly<Record<string, string>> = {
  macintosh: 'macOS',
  windows: 'Windows',
  linux: 'Linux',
  android: 'Android',
  iphone: 'iOS',
  ipad: 'iOS',
}

const systemOf = (deviceType: string | undefined): string | null => {
  const name = deviceType?.toLowerCase() ?? ''
  return Object.hasOwn(SYSTEM_OF, name) ? (SYSTEM_OF[name] ?? null) : null
}

/** The activity says only whether a device is mobile, of tablets too; the user agent knows tablets. */
const kindOf = ({ device_type, browser_name, is_mobile }: Texts, agent: UserAgent): DeviceKind => {
  if (/ipad|tablet/i.test(device_type ?? '') || agent.kind === 'tablet') return 'tablet'
  if (is_mobile === 'true') return 'mobile'
  // Clerk says `false` also of a device that it does not know.
  const isKnown = device_type !== undefined || browser_name !== undefined
  return is_mobile === 'false' && (isKnown || agent.kind !== 'unknown') ? 'desktop' : agent.kind
}

/** A version belongs to its browser: that of the user agent counts only for the same browser. */
const browserOf = (
  { browser_name, browser_version }: Texts,
  { browserName, browserVersion }: UserAgent,
): Pick<DeviceDescription, 'browser_name' | 'browser_version'> => {
  if (browser_name === undefined) {
    return { browser_name: browserName, browser_version: browserVersion }
  }
  const other = browser_name === browserName ? browserVersion : null
  return { browser_name, browser_version: browser_version ?? other }
}

/** Describes a device by the facts about it. What Clerk names itself counts before the user agent. */
export const descriptionOf = ({ facts }: DeviceFacts): DeviceDescription => {
  const texts: Texts = Object.fromEntries(
    Object.entries(facts).map(([name, { text }]) => [name, text]),
  )
  const agent = readUserAgent(texts.user_agent ?? '')
  return {
    kind: kindOf(texts, agent),
    device_type: texts.device_type ?? null,
    operating_system: agent.operatingSystem ?? systemOf(texts.device_type),
    ...browserOf(texts, agent),
    ip_address: texts.ip_address ?? null,
    city: texts.city ?? null,
    country: texts.country ?? null,
  }
}
