import { describe, expect, it } from 'vitest'
import { entryPointExports, type EntryPointExport } from './entry-points.js'

const all = entryPointExports()

const labelsOf = (exports: ReadonlyArray<EntryPointExport>): ReadonlyArray<string> =>
  exports.map(({ entryPoint, name }) => `${entryPoint}: ${name}`)

describe('entry points', () => {
  it('the package has sixteen entry points, and each of them exports something', () => {
    expect(new Set(all.map(({ entryPoint }) => entryPoint)).size).toBe(16)
  })

  it('the root exports about fifty names', () => {
    const root = all.filter(({ entryPoint }) => entryPoint === 'clientfold')
    expect(root.length).toBeGreaterThan(40)
    expect(root.length).toBeLessThanOrEqual(55)
  })

  it('no name is exported by two entry points', () => {
    const others = (one: EntryPointExport): ReadonlyArray<EntryPointExport> =>
      all.filter(({ entryPoint, name }) => name === one.name && entryPoint !== one.entryPoint)
    expect(labelsOf(all.filter((one) => others(one).length > 0))).toEqual([])
  })

  it('every export has a comment', () => {
    expect(labelsOf(all.filter(({ hasComment }) => !hasComment))).toEqual([])
  })

  it('every exported function has an example', () => {
    const without = all.filter(({ isFunction, hasExample }) => isFunction && !hasExample)
    expect(labelsOf(without)).toEqual([])
  })
})
