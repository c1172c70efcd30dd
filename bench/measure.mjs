import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const reporter = new URL('./report-memory.mjs', import.meta.url).href
const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a Node program once, as a whole process: seconds and peak memory (MiB). */
export const measure = async (args) => {
  const started = performance.now()
  const child = spawn(process.execPath, ['--import', reporter, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  let kibibytes = ''
  child.stdio[3].on('data', (chunk) => (kibibytes += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, mebibytes: Number(kibibytes) / 1024 }
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)]
}

/** The machine and the version of Node, for the first line of a bench. */
export const describeMachine = () => {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  const processor = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${processor}, ${gibibytes} GiB`
}
