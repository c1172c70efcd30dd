import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The licence of a package, which goes where its code goes. */
const licenceOf = (path) => {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const file = readdirSync(path).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(path, file), 'utf8')
  return `${name} ${version}\n\n${text}`
}

/** The licences of all packages that a bundle of esbuild contains. */
export const licencesOf = (metafile) => {
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  )
  return [...new Set(folders)].sort().map(licenceOf).join('\n----\n\n')
}
