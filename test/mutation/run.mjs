// Tests the tests: changes the code in small ways, one at a time, and counts the changes that no test finds.
// npm run test:mutation, or npm run test:mutation -- events domain. The report of an area is in .mutation/.
import { spawnSync } from 'node:child_process'
import { AREAS } from './areas.mjs'

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !AREAS.some((area) => area.name === name))
if (unknown !== undefined) throw new Error(`no area has this name: ${unknown}`)

let isFailed = false
for (const { name } of AREAS.filter((area) => asked.length === 0 || asked.includes(area.name))) {
  console.log(`== ${name}`)
  const { status } = spawnSync('npx', ['stryker', 'run', 'test/mutation/stryker.config.mjs'], {
    stdio: 'inherit',
    env: { ...process.env, CLIENTFOLD_MUTATION_AREA: name },
  })
  isFailed ||= status !== 0
}
process.exitCode = isFailed ? 1 : 0
