// What the examples of policies share: sign-ins as webhooks report them, and a line for each device.
const AGENTS = {
  laptop: 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0',
  desktop: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/125.0.0.0 Safari/537.36',
  phone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
}

const DAY = 86_400_000

/** The webhook `session.created` of Ada's sign-in on a device, `at` a moment in epoch milliseconds. */
export const signIn = (device, { at = Date.now(), ip, city, country, actor = null } = {}) => ({
  object: 'event',
  id: `msg_${device}_${at}`,
  type: 'session.created',
  timestamp: at,
  event_attributes: { http_request: { client_ip: ip, user_agent: AGENTS[device] } },
  data: {
    object: 'session',
    id: `sess_${device}`,
    user_id: 'user_ada',
    client_id: `client_${device}`,
    actor,
    status: 'active',
    last_active_at: at,
    latest_activity: {
      ...{
        id: `sess_activity_${device}`,
        object: 'session_activity',
        is_mobile: device === 'phone',
      },
      ...{ city, country },
    },
    expire_at: at + 7 * DAY,
    abandon_at: at + 30 * DAY,
    updated_at: at,
    created_at: at,
  },
})

const isLive = ({ status }) => status === 'active' || status === 'pending'

/** The sessions of a user that are live now, and the device of each. */
export const liveSessions = async (clients, userId, query = {}) =>
  (await clients.devices(userId, query)).flatMap((device) =>
    device.sessions.filter(isLive).map((session) => ({ session, device })),
  )

/** `Firefox on Linux, Oslo NO`. */
export const nameOf = ({ browser_name, operating_system, city, country }) =>
  `${browser_name} on ${operating_system}, ${city} ${country}`

/** Prints every device of Ada, with the statuses of its sessions. */
export const printDevices = async (clients, query) => {
  for (const device of await clients.devices('user_ada', query)) {
    const statuses = device.sessions.map(({ status }) => status).join(', ')
    console.log(`  ${nameOf(device)}: ${statuses}${device.is_current ? ' (this one)' : ''}`)
  }
}
