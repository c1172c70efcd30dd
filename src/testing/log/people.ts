import type { JsonObject } from '../../events/json.js'
import type { LatestActivity } from '../../events/session.js'
import type { Random } from './random.js'

const FIRST_NAMES = [
  'Zoë',
  'Jürgen',
  'María José',
  '美咲',
  'Олена',
  'Ngozi',
  'Ada "Countess"',
  '🦊 Fox',
] as const
const LAST_NAMES = [
  "O'Neill",
  'Łukasiewicz',
  'García Márquez',
  '山田',
  'Шевченко',
  'Okafor',
  'C:\\Doe',
] as const
const CITIES = [
  'São Paulo',
  'Zürich',
  '東京',
  'Kraków',
  "L'Aquila",
  'Lagos',
  'Київ',
  'Reykjavík',
] as const
const BROWSERS = ['Chrome', 'Firefox', 'Safari', 'Edge'] as const

/** An address from a range that is reserved for documentation (RFC 5737). */
const ipAddress = (random: Random): string => `203.0.113.${random.integer(1, 254)}`

/** Where and with which browser a session was used last. */
export const activityOf = (random: Random): LatestActivity => ({
  object: 'session_activity',
  id: random.id('sess_activity'),
  device_type: random.pick(['Macintosh', 'Windows', 'iPhone', 'Linux']),
  is_mobile: random.perMille(400),
  browser_name: random.pick(BROWSERS),
  browser_version: `${random.integer(90, 150)}.0`,
  ip_address: ipAddress(random),
  city: random.pick(CITIES),
  country: random.pick(['BR', 'CH', 'JP', 'PL', 'IT', 'NG', 'UA', 'IS']),
})

/** The request that led to an event, as Clerk's envelope names it. */
export const attributesOf = (random: Random): JsonObject => ({
  http_request: {
    client_ip: ipAddress(random),
    user_agent: `Mozilla/5.0 (${random.pick(['X11; Linux x86_64', 'Macintosh; "Intel"', 'Windows NT 10.0'])}) ${random.pick(BROWSERS)}/${random.integer(90, 150)}.0`,
  },
})

/** A user as webhooks carry it with each session: personal data, which decoding drops. */
export const userOf = (id: string, createdAt: number, random: Random): JsonObject => {
  const emailId = random.id('idn')
  return {
    object: 'user',
    id,
    username: null,
    first_name: random.pick(FIRST_NAMES),
    last_name: random.pick(LAST_NAMES),
    locale: null,
    image_url: `https://img.example.com/${id}?width=96`,
    has_image: true,
    primary_email_address_id: emailId,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    email_addresses: [
      {
        object: 'email_address',
        id: emailId,
        email_address: `person.${random.integer(1, 999_999)}@example.com`,
        reserved: false,
        verification: {
          status: 'verified',
          strategy: 'email_code',
          attempts: 1,
          expire_at: createdAt + 600_000,
        },
        linked_to: [],
        matches_sso_connection: false,
        created_at: createdAt,
        updated_at: createdAt,
      },
    ],
    phone_numbers: [],
    web3_wallets: [],
    passkeys: [],
    external_accounts: [],
    saml_accounts: [],
    enterprise_accounts: [],
    password_last_updated_at: createdAt,
    public_metadata: { plan: random.pick(['free', 'team', 'größer']) },
    private_metadata: { note: 'says "hello"\n\tand\u0007 goodbye' },
    unsafe_metadata: {},
    external_id: null,
    last_sign_in_at: createdAt,
    banned: false,
    locked: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    created_at: createdAt,
    updated_at: createdAt,
    delete_self_enabled: true,
    bypass_client_trust: false,
    create_organization_enabled: true,
    last_active_at: createdAt,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    legal_accepted_at: null,
    profile_image_url: `https://img.example.com/${id}`,
  }
}
