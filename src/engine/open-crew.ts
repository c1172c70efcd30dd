import type { Crew } from './crew.js'
import { engineModule } from './engine-module.js'
import { inlineCrew } from './inline-crew.js'
import { newInstance } from './instance.js'
import { newSharedMemory } from './shared-memory.js'
import { threadCrew } from './threads.js'
import { settingsOf, type EngineView } from './view.js'

/**
 * Those who fold a log: this thread, or as many others as are asked for.
 *
 * @param threads - at least 1
 */
export const openCrew = async (view: EngineView, threads: number): Promise<Crew> => {
  const module = await engineModule()
  const { memory, onlyClient } = newSharedMemory(view)
  const settings = settingsOf(view)
  const own = newInstance(module, memory, settings, onlyClient)
  return threads === 1
    ? inlineCrew(own)
    : threadCrew(own, threads, { module, memory, onlyClient, settings })
}
