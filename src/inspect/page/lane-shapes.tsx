import type { TimelineLane } from '../../projections/timeline.js'
import { isNamed, laneDrawing, type EventSymbol, type TimeScale } from '../lane-drawing.js'
import { EFFECT_SENTENCES } from '../sentences.js'
import { BAR_HEIGHTS, symbolPath } from '../symbol-path.js'

const Symbol = ({ x, knownX, effect, status }: EventSymbol) => (
  <g class={`event effect-${effect}`}>
    {Math.abs(knownX - x) > 3 && (
      <>
        <line x1={x} x2={knownX} class="delay" />
        <line x1={knownX} x2={knownX} y1={-5} y2={5} class="recorded" />
      </>
    )}
    <path d={symbolPath(effect)} transform={`translate(${x} 0)`} class={`status-${status}`}>
      <title>{EFFECT_SENTENCES[effect]}</title>
    </path>
  </g>
)

/** The bars and the events of one session. */
export const LaneShapes = (props: {
  readonly lane: TimelineLane
  readonly scale: TimeScale
  readonly x: number
  readonly y: number
  readonly height: number
  readonly barY: number
  readonly isChosen: boolean
}) => {
  const { lane, scale, x, y, height, barY, isChosen } = props
  const { beginning, bars, symbols } = laneDrawing(lane, scale)
  return (
    <g transform={`translate(0 ${y})`} class={isChosen ? 'lane chosen' : 'lane'}>
      <rect class="ground" width={x + scale.width + 16} height={height} />
      <g transform={`translate(${x} ${barY})`}>
        {beginning !== null && (
          <line class="beginning" x1={beginning.x} x2={beginning.x + beginning.width} />
        )}
        {bars.map((bar) => {
          const thickness = bar.isLive ? BAR_HEIGHTS.live : BAR_HEIGHTS.over
          return (
            <rect
              key={bar.x}
              class={`bar status-${bar.status}${bar.isDerived ? ' derived' : ''}`}
              x={bar.x}
              y={-thickness / 2}
              width={bar.width}
              height={thickness}
              rx={2}
            >
              <title>{bar.isDerived ? `${bar.status}, by the clock` : bar.status}</title>
            </rect>
          )
        })}
        {bars.filter(isNamed).map(({ x: left, status }) => (
          <text key={left} class="status-name" x={left + 9} y={-5}>
            {status}
          </text>
        ))}
        {symbols.map((symbol) => (
          <Symbol key={symbol.place} {...symbol} />
        ))}
      </g>
    </g>
  )
}
