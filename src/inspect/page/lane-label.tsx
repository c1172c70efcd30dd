import type { TimelineLane } from '../../projections/timeline.js'
import { momentText } from '../time-text.js'
import { IdText } from './id-text.js'

const lifeOf = ({ spans }: TimelineLane): string =>
  spans
    .slice(0, 6)
    .map(({ status, from }) => `${status} from ${momentText(from)}`)
    .join(', ')

/** The name of a lane: its user and its session. */
export const LaneLabel = (props: {
  readonly lane: TimelineLane
  readonly y: number
  readonly isChosen: boolean
  readonly isNarrow: boolean
  readonly onChoose: () => void
}) => {
  const { lane, y, isChosen, isNarrow, onChoose } = props
  return (
    <button
      type="button"
      class="lane-label"
      style={{ top: `${y}px` }}
      aria-pressed={isChosen}
      data-session={lane.sessionId.slice(0, 100)}
      onClick={onChoose}
    >
      <IdText id={lane.userId} most={isNarrow ? 22 : 20} />
      <span class="quiet">
        <IdText id={lane.sessionId} most={18} />
      </span>
      {lane.isImpersonated && (
        <span class="actor" title="another person acts as the user">
          actor
        </span>
      )}
      <span class="unseen">{lifeOf(lane)}</span>
    </button>
  )
}
