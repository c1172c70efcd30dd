import fc from 'fast-check'
import type { JsonObject } from '../../events/json.js'
import type { LatestActivity } from '../../events/session.js'
import { arbitraryJsonObject, arbitraryText } from './json.js'

const USER_AGENTS = [
  'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0',
  'node',
] as const

const ADDRESSES = ['203.0.113.7', '2001:db8::7'] as const

/** One of a few texts, so that ties are frequent; sometimes any text, or null. */
const textOf = (...texts: ReadonlyArray<string>): fc.Arbitrary<string | null> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...texts) },
    { weight: 1, arbitrary: fc.option(arbitraryText(), { nil: null }) },
  )

/** The latest activity of a session: documented keys may be absent, null or set; any others may be there. */
export const arbitraryActivity = (): fc.Arbitrary<LatestActivity> =>
  fc
    .tuple(
      arbitraryJsonObject(),
      fc.record(
        {
          device_type: textOf('Macintosh', 'iPhone', 'iPad'),
          browser_name: textOf('Chrome', 'Firefox'),
          browser_version: textOf('125.0', '126.0'),
          ip_address: textOf(...ADDRESSES),
          city: textOf('Oslo', '東京'),
          country: textOf('NO', 'JP'),
        },
        { requiredKeys: [] },
      ),
      arbitraryText(),
      fc.boolean(),
    )
    .map(([others, documented, id, is_mobile]) => ({
      ...{ ...others, ...documented },
      ...{ id, object: 'session_activity', is_mobile },
    }))

/** What an envelope says about the request that led to the event: often as Clerk does, or any object. */
export const arbitraryAttributes = (): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    fc.record({
      http_request: fc.record(
        { client_ip: textOf(...ADDRESSES), user_agent: textOf(...USER_AGENTS) },
        { requiredKeys: [] },
      ),
    }),
    arbitraryJsonObject(),
  )
