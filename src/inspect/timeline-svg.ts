import type { SessionStatus } from '../events/session.js'
import type { Timeline, TimelineLane } from '../projections/timeline.js'
import { isNamed, laneDrawing, wholeRange, xOf, type TimeScale } from './lane-drawing.js'
import { BAR_HEIGHTS, symbolPath } from './symbol-path.js'
import { momentText, ticksBetween } from './time-text.js'
import { shortText } from './visible-text.js'

/** The colours of the page in daylight: a picture has no style of a reader. */
const COLOURS: Readonly<Record<SessionStatus, string>> = {
  active: '#1f8a57',
  pending: '#c98a0a',
  ended: '#7d8794',
  expired: '#93a0b5',
  replaced: '#8a63c4',
  abandoned: '#a0764d',
  revoked: '#cc3340',
  removed: '#4a4f57',
}

/** The measures of the picture, in its units. */
const [LABEL_WIDTH, PLOT_WIDTH, MARGIN, HEAD, LANE_HEIGHT] = [320, 880, 16, 64, 30] as const

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Text for XML, which has no control characters: they are visible escapes before this. */
const xmlText = (text: string): string => text.replace(/[&<>"]/g, (each) => ENTITIES[each] ?? '')

const idText = (id: string, most: number): string => xmlText(shortText(id, most))

const round = (value: number): number => Math.round(value * 10) / 10

const laneText = (lane: TimelineLane, scale: TimeScale, y: number): string => {
  const { beginning, bars, symbols } = laneDrawing(lane, scale)
  const barTexts = bars.map((bar) => {
    const height = bar.isLive ? BAR_HEIGHTS.live : BAR_HEIGHTS.over
    const paint = `fill="${COLOURS[bar.status]}"${bar.isDerived ? ' fill-opacity="0.5"' : ''}`
    const name = isNamed(bar)
      ? `<text x="${round(bar.x + 9)}" y="-5" font-size="10.5" fill="#5d646e">${bar.status}</text>`
      : ''
    return `<rect x="${round(bar.x)}" y="${-height / 2}" width="${round(bar.width)}" height="${height}" rx="2" ${paint}><title>${bar.status}</title></rect>${name}`
  })
  const symbolTexts = symbols.map(({ x, knownX, effect }) => {
    const fill = effect === 'late' ? '#c98a0a' : effect === 'duplicate' ? '#ffffff' : '#1d2024'
    const edge = effect === 'duplicate' ? '#1d2024' : '#ffffff'
    const delay =
      Math.abs(knownX - x) > 3
        ? `<path d="M${round(x)} 0H${round(knownX)}M${round(knownX)}-5v10" stroke="#5d646e" stroke-dasharray="2 2"/>`
        : ''
    return `${delay}<path d="${symbolPath(effect)}" transform="translate(${round(x)} 0)" fill="${fill}" stroke="${edge}" stroke-width="1.5"><title>${effect}</title></path>`
  })
  const begun =
    beginning === null
      ? ''
      : `<path d="M${round(beginning.x)} 0h${round(beginning.width)}" stroke="#5d646e" stroke-dasharray="2 2"/>`
  const labels = `<text x="${MARGIN}" y="4" class="id">${idText(lane.userId, 22)}</text><text x="${MARGIN + 168}" y="4" class="id" fill="#5d646e">${idText(lane.sessionId, 20)}</text>`
  return `<g transform="translate(0 ${y})">${labels}<g transform="translate(${LABEL_WIDTH} 0)">${begun}${barTexts.join('')}${symbolTexts.join('')}</g></g>`
}

/** What a picture shows. */
export interface PictureSubject {
  /** Such as `client`. */
  readonly foundAs: string
  readonly id: string
  /** When the picture is made, in epoch milliseconds. */
  readonly now: number
}

/** A timeline as one SVG picture, drawn like the page. Texts of payloads are text in it, and nothing else. */
export const timelineSvg = (lanes: Timeline, { foundAs, id, now }: PictureSubject): string => {
  const [from, to] = wholeRange(lanes, now)
  const scale: TimeScale = { from, to, width: PLOT_WIDTH }
  const width = LABEL_WIDTH + PLOT_WIDTH + MARGIN
  const height = HEAD + lanes.length * LANE_HEIGHT + MARGIN
  const ticks = ticksBetween(from, to, Math.floor(PLOT_WIDTH / 84)).map(
    ({ at, label }) =>
      `<text x="${round(LABEL_WIDTH + xOf(scale, at))}" y="48" font-size="11" text-anchor="middle" fill="#5d646e">${label}</text><path d="M${round(LABEL_WIDTH + xOf(scale, at))} 54V${height - 8}" stroke="#e2e2dc"/>`,
  )
  const nowX = xOf(scale, now)
  const nowLine =
    nowX >= 0 && nowX <= PLOT_WIDTH
      ? `<path d="M${round(LABEL_WIDTH + nowX)} 54V${height - 8}" stroke="#2456c9" stroke-dasharray="1 3"/>`
      : ''
  const rows = lanes.map((lane, index) =>
    laneText(lane, scale, HEAD + index * LANE_HEIGHT + LANE_HEIGHT / 2),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#1d2024">
<style>.id{font:12px ui-monospace,monospace}</style>
<rect width="${width}" height="${height}" fill="#fbfbf9"/>
<text x="${MARGIN}" y="24"><tspan font-weight="600">${xmlText(foundAs)}</tspan> ${idText(id, 60)}</text>
<text x="${width - MARGIN}" y="24" text-anchor="end" fill="#5d646e">${lanes.length} sessions, ${momentText(now)} UTC</text>
${ticks.join('')}
${nowLine}
${rows.join('\n')}
</svg>
`
}
