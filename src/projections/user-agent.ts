import Bowser from 'bowser'

/** What kind of device it is; a television, a bot or a program is `unknown`. */
export type DeviceKind = 'desktop' | 'mobile' | 'tablet' | 'unknown'

/** What the text of a user agent says about browser and device. */
export interface UserAgent {
  readonly browserName: string | null
  readonly browserVersion: string | null
  /** Such as `Windows`, `macOS`, `iOS` or `Android`, without a version: browsers no longer name the true one. */
  readonly operatingSystem: string | null
  readonly kind: DeviceKind
}

/** A browser sends the text, so its length is bounded before the parser sees it. Real ones are under 300. */
const MOST_UNITS = 1024

const kindOf = (type: string | undefined): DeviceKind =>
  type === 'desktop' || type === 'mobile' || type === 'tablet' ? type : 'unknown'

/** The parser answers an empty text, or no text, for what it does not find. */
const known = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text

/** Reads the header `User-Agent` of a request. Every text has an answer. */
export const readUserAgent = (text: string): UserAgent => {
  // The parser throws for an empty text; it finds nothing in a space.
  const { browser, os, platform } = Bowser.parse(text.slice(0, MOST_UNITS) || ' ')
  return {
    browserName: known(browser.name),
    browserVersion: known(browser.version),
    operatingSystem: known(os.name),
    kind: kindOf(platform.type),
  }
}
