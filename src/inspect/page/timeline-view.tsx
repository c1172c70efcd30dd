import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { TimelineLane } from '../../projections/timeline.js'
import { momentAt, wholeRange, xOf, type TimeScale } from '../lane-drawing.js'
import type { ViewState } from '../view-state.js'
import { LaneLabel } from './lane-label.js'
import { LaneShapes } from './lane-shapes.js'
import { Legend } from './legend.js'
import { TimeAxis } from './time-axis.js'
import type { ChangeView } from './use-view.js'
import { useSize } from './use-size.js'
import { shiftedRange, zoomedRange } from './zoom.js'

/** On a narrow page the label of a lane stands above its bar. */
const NARROW = 640
const LABEL_WIDTH = 316

/** How many lanes are drawn above and below those that can be seen. */
const SPARE_LANES = 8

/** The lanes of all sessions. Only the lanes that can be seen are drawn. */
export const TimelineView = (props: {
  readonly lanes: ReadonlyArray<TimelineLane>
  readonly now: number
  readonly view: ViewState
  readonly change: ChangeView
}) => {
  const { lanes, now, view, change } = props
  const area = useRef<HTMLDivElement>(null)
  const [width, height] = useSize(area)
  const [top, setTop] = useState(0)
  const isNarrow = width < NARROW
  const labelWidth = isNarrow ? 0 : LABEL_WIDTH
  const laneHeight = isNarrow ? 44 : 30
  const whole = useMemo(() => wholeRange(lanes, now), [lanes, now])
  const [from, to] = view.range ?? whole
  const scale: TimeScale = { from, to, width: Math.max(50, width - labelWidth - 16) }
  const first = Math.max(0, Math.floor(top / laneHeight) - SPARE_LANES)
  const last = Math.ceil((top + Math.max(height, 400)) / laneHeight) + SPARE_LANES
  const shown = lanes.slice(first, last)

  useEffect(() => {
    const index = lanes.findIndex(({ sessionId }) => sessionId === view.session)
    const element = area.current
    if (index < 0 || element === null) return
    const y = index * laneHeight
    if (y < element.scrollTop || y > element.scrollTop + element.clientHeight - 2 * laneHeight) {
      element.scrollTop = Math.max(0, y - element.clientHeight / 2)
    }
  }, [view.session, lanes, laneHeight])

  const setRange = (range: readonly [number, number] | null): void => {
    change({ range }, true)
  }
  const zoom = (factor: number, around = (from + to) / 2): void => {
    setRange(zoomedRange([from, to], factor, around))
  }
  const momentOf = (event: MouseEvent & { readonly currentTarget: Element }): number =>
    momentAt(scale, event.clientX - event.currentTarget.getBoundingClientRect().left - labelWidth)

  const keys: Readonly<Record<string, () => void>> = {
    '+': () => {
      zoom(0.5)
    },
    '-': () => {
      zoom(2)
    },
    '0': () => {
      setRange(null)
    },
    ArrowLeft: () => {
      setRange(shiftedRange([from, to], -0.2))
    },
    ArrowRight: () => {
      setRange(shiftedRange([from, to], 0.2))
    },
  }

  const cursors = [
    { name: 'as-of', at: view.asOf, label: 'as of' },
    { name: 'known-at', at: view.knownAt, label: 'known at' },
    { name: 'now', at: now, label: 'now' },
  ]
  return (
    <section class="timeline" aria-label="timeline">
      <p class="toolbar">
        <Legend />
        <span class="buttons">
          <button type="button" aria-label="zoom in" onClick={keys['+']}>
            +
          </button>
          <button type="button" aria-label="zoom out" onClick={keys['-']}>
            −
          </button>
          <button type="button" onClick={keys['0']}>
            all
          </button>
        </span>
      </p>
      <div
        class="lanes"
        ref={area}
        tabIndex={0}
        role="group"
        aria-label="sessions by time; plus and minus zoom, the arrow keys move, 0 shows all"
        onScroll={(event) => {
          setTop(event.currentTarget.scrollTop)
        }}
        onKeyDown={(event) => {
          const act = event.target === event.currentTarget ? keys[event.key] : undefined
          if (act === undefined) return
          event.preventDefault()
          act()
        }}
        onWheel={(event) => {
          if (!event.ctrlKey && !event.metaKey) return
          event.preventDefault()
          zoom(event.deltaY > 0 ? 1.25 : 0.8, momentOf(event))
        }}
      >
        <TimeAxis scale={scale} labelWidth={labelWidth} />
        <div
          class="plot"
          style={{ height: `${lanes.length * laneHeight + 6}px` }}
          onClick={(event) => {
            const at = momentOf(event)
            if (at >= from && event.target instanceof SVGElement)
              change({ asOf: at, clock: 'asOf' })
          }}
        >
          <svg
            role="img"
            aria-label={`${lanes.length} sessions; the buttons beside it name each of them`}
            width={scale.width + labelWidth + 16}
            height={lanes.length * laneHeight + 6}
          >
            {shown.map((lane, index) => (
              <LaneShapes
                key={`${lane.clientId}\n${lane.sessionId}`}
                lane={lane}
                scale={scale}
                x={labelWidth}
                y={(first + index) * laneHeight}
                height={laneHeight}
                barY={isNarrow ? 30 : laneHeight / 2}
                isChosen={lane.sessionId === view.session}
              />
            ))}
            {cursors.map(({ name, at }) => {
              const x = at === null ? -1 : xOf(scale, at)
              return x < 0 || x > scale.width ? null : (
                <line
                  key={name}
                  class={`cursor ${name}`}
                  x1={labelWidth + x}
                  x2={labelWidth + x}
                  y1={0}
                  y2={lanes.length * laneHeight + 6}
                />
              )
            })}
          </svg>
          {shown.map((lane, index) => (
            <LaneLabel
              key={`${lane.clientId}\n${lane.sessionId}`}
              lane={lane}
              y={(first + index) * laneHeight}
              isChosen={lane.sessionId === view.session}
              isNarrow={isNarrow}
              onChoose={() => {
                const isChosen = lane.sessionId === view.session
                change({
                  session: isChosen ? '' : lane.sessionId,
                  client: lane.clientId,
                  panel: isChosen ? view.panel : 'why',
                })
              }}
            />
          ))}
        </div>
      </div>
    </section>
  )
}
