import { xOf, type TimeScale } from '../lane-drawing.js'
import { ticksBetween } from '../time-text.js'

/** Pixels for each label. */
const LABEL = 84

/** The axis of the timeline, in UTC. */
export const TimeAxis = ({ scale, labelWidth }: { scale: TimeScale; labelWidth: number }) => (
  <svg class="axis" width={scale.width + labelWidth + 16} height={22} aria-hidden="true">
    <text x={4} y={15} class="quiet">
      {labelWidth > 0 ? 'user, session' : ''}
    </text>
    {ticksBetween(scale.from, scale.to, Math.floor(scale.width / LABEL)).map(({ at, label }) => (
      <g key={at} transform={`translate(${labelWidth + xOf(scale, at)} 0)`}>
        <line y1={16} y2={22} />
        <text y={12} text-anchor="middle">
          {label}
        </text>
      </g>
    ))}
  </svg>
)
