import type { Crew } from './pool.js'
import { engineModule } from './engine-module.js'
import { inlineCrew } from './inline-pool.js'
import { newInstance } from './instance.js'
import { newSharedMemory } from './shared-memory.js'
import { threadCrew } from './thread-pool.js'
import { MOST_PAGES } from './web-assembly.js'
import { settingsOf, type EngineView } from './view.js'

/**
 * Those who fold a log: this thread, or as many others as are asked for.
 *
 * @param threads - at least 1
 * @param mostPages - the memory's greatest size, in pages of 64 KiB: 4 GiB, unless a test wants less
 */
export const openCrew = async (
  view: EngineView,
  threads: number,
  mostPages = MOST_PAGES,
): Promise<Crew> => {
  const module = await engineModule()
  const { memory, onlyClient } = newSharedMemory(view, mostPages)
  const settings = settingsOf(view)
  const own = newInstance(module, memory, settings, onlyClient)
  return threads === 1
    ? inlineCrew(own)
    : threadCrew(own, threads, { module, memory, onlyClient, settings })
}
