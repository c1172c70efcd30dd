import { createDevice, nextChange, type Device } from './device.js'
import { attributesOf, userOf } from './people.js'
import { createRandom, type Random } from './random.js'

/** The size and form of a generated log. */
export interface LogOptions {
  /** The number of lines, duplicates included. */
  readonly events: number
  /** The number of clients. Each has at least one event, if there are enough lines. */
  readonly clients: number
  /** The same seed gives the same bytes. */
  readonly seed: number
  /** `full` lines have `user` and `event_attributes`, about 2 kB each; `slim` lines have about 450 B. */
  readonly shape: 'slim' | 'full'
}

/** 1 January 2026: every log covers the ninety days that follow. */
const START = 1_767_225_600_000
const SPAN = 90 * 86_400_000

/** Lines that come later: delayed, or delivered a second time. */
class DelayedLines {
  readonly #due = new Map<number, string[]>()
  readonly #ready: string[] = []

  add(step: number, line: string): void {
    const lines = this.#due.get(step)
    if (lines === undefined) this.#due.set(step, [line])
    else lines.push(line)
  }

  /** Makes the lines that are due at this step available to `take`. */
  reach(step: number): void {
    this.#ready.push(...(this.#due.get(step) ?? []))
    this.#due.delete(step)
  }

  take(): string | undefined {
    return this.#ready.shift()
  }
}

/** Some senders escape every character outside ASCII, as JSON allows. */
const escapeNonAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const lineOf = (device: Device, now: number, options: LogOptions, random: Random): string => {
  const { type, session } = nextChange(device, now, random)
  const timestamp = now + random.integer(0, 2000)
  const isFull = options.shape === 'full'
  const text = JSON.stringify({
    object: 'event',
    id: random.id('msg'),
    type,
    // A few senders still write seconds, as Clerk's published examples do.
    timestamp: random.perMille(10) ? Math.floor(timestamp / 1000) : timestamp,
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

/** Older devices are busier: squaring the random number gives a few of them many sessions. */
const chooseDevice = (devices: ReadonlyArray<Device>, random: Random): Device | undefined => {
  const number = random.integer(0, 999_999) / 1_000_000
  return devices[Math.floor(number * number * devices.length)]
}

/**
 * Makes a realistic log, line by line, without line feeds: many devices at once, with late, repeated and
 * lost deliveries.
 *
 * It is not built on the stories of fast-check: they hold all of their steps, so that they can shrink, and their times
 * and ids are few, so that they tie. A log of millions of lines is made line by line, in memory that does not grow.
 */
export function* generateLog(options: LogOptions): Generator<string, void> {
  const { events, clients, seed } = options
  const random = createRandom(seed)
  const devices: Device[] = []
  const delayed = new DelayedLines()
  let now = START
  let written = 0
  while (written < events) {
    now += random.integer(0, Math.ceil((2 * SPAN) / events))
    const isNewDevice = devices.length < clients && devices.length * events <= written * clients
    delayed.reach(written)
    const late = isNewDevice ? undefined : delayed.take()
    if (late !== undefined) {
      written += 1
      yield late
      continue
    }
    if (isNewDevice) devices.push(createDevice(random))
    const device = isNewDevice ? devices.at(-1) : chooseDevice(devices, random)
    if (device === undefined) return
    const line = lineOf(device, now, options, random)
    if (random.perMille(30)) delayed.add(written + random.integer(1, 5000), line)
    if (!isNewDevice && random.perMille(50)) delayed.add(written + random.integer(1, 500), line)
    else {
      written += 1
      yield line
    }
  }
}
