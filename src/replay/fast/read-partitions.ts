import { Channel } from './channel.js'
import type { Partition, PartitionStep } from './partition.js'

/** How many bytes of refused lines a partition may hold back for those before it. Then it waits. */
const MAX_PENDING_BYTES = 1 << 24
/** About what a step takes in memory, beside the bytes of its line. */
const REFUSED_STEP_BYTES = 256
const DONE_STEP_BYTES = 16

const sizeOf = (step: PartitionStep): number =>
  step.type === 'refused' ? step.bytes.length + REFUSED_STEP_BYTES : DONE_STEP_BYTES

/** Starts a partition, whose steps go into a channel. */
const start = (partition: Partition): Channel<PartitionStep> => {
  const channel = new Channel<PartitionStep>(MAX_PENDING_BYTES)
  const pump = async (): Promise<void> => {
    for await (const step of partition.steps()) {
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

/** Runs all partitions of a source at once, and yields their steps one partition after the other. */
export async function* readPartitions(
  partitions: ReadonlyArray<Partition>,
): AsyncGenerator<PartitionStep> {
  const channels = partitions.map(start)
  try {
    let linesBefore = 0
    for (const [index, channel] of channels.entries()) {
      for await (const step of channel) {
        yield step.type === 'refused' ? { ...step, line: step.line + linesBefore } : step
      }
      linesBefore += partitions[index]?.lines ?? 0
    }
  } finally {
    for (const channel of channels) channel.close()
  }
}
