import { newDevice, nextHappening, type Device } from './device.js'
import { attributesOf, userOf } from './people.js'
import { randomFrom, type Random } from './random.js'

/** Which log to make. */
export interface LogOptions {
  /** How many lines, duplicates included. */
  readonly events: number
  /** How many clients; each has an event at least, as far as there are lines for it. */
  readonly clients: number
  /** The same seed gives the same bytes. */
  readonly seed: number
  /** `full` carries `user` and `event_attributes` along, about 2 kB a line; `slim` has about 450 B. */
  readonly shape: 'slim' | 'full'
}

/** 1 January 2026; every log tells of the ninety days that follow. */
const START = 1_767_225_600_000
const SPAN = 90 * 86_400_000

/** Lines that are to come later: held up on their way, or delivered a second time. */
class Waiting {
  readonly #due = new Map<number, string[]>()
  readonly #ready: string[] = []

  add(step: number, line: string): void {
    const lines = this.#due.get(step)
    if (lines === undefined) this.#due.set(step, [line])
    else lines.push(line)
  }

  /** What is due at this step can be taken from now on. */
  reach(step: number): void {
    this.#ready.push(...(this.#due.get(step) ?? []))
    this.#due.delete(step)
  }

  take(): string | undefined {
    return this.#ready.shift()
  }
}

/** Some senders escape all that is not ASCII, as JSON allows. */
const escapeNonAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const lineOf = (device: Device, now: number, options: LogOptions, random: Random): string => {
  const { type, session } = nextHappening(device, now, random)
  const said = now + random.integer(0, 2000)
  const isFull = options.shape === 'full'
  const text = JSON.stringify({
    object: 'event',
    id: random.id('msg'),
    type,
    // A few senders still speak in seconds, as Clerk's published examples do.
    timestamp: random.perMille(10) ? Math.floor(said / 1000) : said,
    ...(isFull ? { instance_id: 'ins_2MakeBelieve', event_attributes: attributesOf(random) } : {}),
    data: isFull
      ? {
          ...session,
          latest_activity: session.latest_activity ?? null,
          user: userOf(session.user_id, session.created_at, random),
        }
      : session,
  })
  return random.perMille(20) ? escapeNonAscii(text) : text
}

/** Older devices are busier: squaring the draw gives long lives, with many sessions, to a few. */
const chooseDevice = (devices: ReadonlyArray<Device>, random: Random): Device | undefined => {
  const draw = random.integer(0, 999_999) / 1_000_000
  return devices[Math.floor(draw * draw * devices.length)]
}

/**
 * Makes a realistic log, line by line, without the line ends: many devices at once, late and
 * repeated deliveries, and some that never come.
 */
export function* generateLog(options: LogOptions): Generator<string, void> {
  const { events, clients, seed } = options
  const random = randomFrom(seed)
  const devices: Device[] = []
  const waiting = new Waiting()
  let now = START
  let written = 0
  while (written < events) {
    now += random.integer(0, Math.ceil((2 * SPAN) / events))
    const arrives = devices.length < clients && devices.length * events <= written * clients
    waiting.reach(written)
    const late = arrives ? undefined : waiting.take()
    if (late !== undefined) {
      written += 1
      yield late
      continue
    }
    if (arrives) devices.push(newDevice(random))
    const device = arrives ? devices.at(-1) : chooseDevice(devices, random)
    if (device === undefined) return
    const line = lineOf(device, now, options, random)
    if (random.perMille(30)) waiting.add(written + random.integer(1, 5000), line)
    if (!arrives && random.perMille(50)) waiting.add(written + random.integer(1, 500), line)
    else {
      written += 1
      yield line
    }
  }
}
