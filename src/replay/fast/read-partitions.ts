import type { RefusedLine } from '../read-log.js'
import { Channel } from './channel.js'
import type { Lane, LaneStep } from './partition.js'

/** So many bytes of refused lines wait for the lanes before theirs; then their lane waits too. */
const MOST_WAITING_BYTES = 1 << 24

const sizeOf = (step: LaneStep): number => (step.type === 'refused' ? step.bytes.length + 256 : 16)

/** Runs a lane, whether or not anybody takes its steps yet. */
const run = (lane: Lane): Channel<LaneStep> => {
  const channel = new Channel<LaneStep>(MOST_WAITING_BYTES)
  const pump = async (): Promise<void> => {
    for await (const step of lane.steps()) {
      await channel.put(step, sizeOf(step))
      if (channel.isClosed) return
    }
    channel.close()
  }
  pump().catch((error: unknown) => {
    channel.fail(error)
  })
  return channel
}

/** Runs the lanes of a source all at once, and yields their steps one lane after the other. */
export async function* readLanes(
  lanes: ReadonlyArray<Lane>,
): AsyncGenerator<RefusedLine | { readonly type: 'block-done' }> {
  const channels = lanes.map(run)
  try {
    let linesBefore = 0
    for (const [index, channel] of channels.entries()) {
      for await (const step of channel) {
        yield step.type === 'refused' ? { ...step, line: step.line + linesBefore } : step
      }
      linesBefore += lanes[index]?.lines ?? 0
    }
  } finally {
    for (const channel of channels) channel.close()
  }
}
