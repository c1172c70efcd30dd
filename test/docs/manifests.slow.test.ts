import { expect, it } from 'vitest'
import { documentBlocks, type DocBlock } from './doc-blocks.js'
import { installed } from './installed.js'

const manifests = documentBlocks().filter(({ language }) => language === 'yaml')

/** The script of a Job, and how many pods run it. */
const jobOf = ({ code }: DocBlock): { readonly script: string; readonly completions: number } => {
  const [, indent = '', lines = ''] = /args:\n( +)- \|\n((?:\1 {2}.*\n)+)/.exec(code) ?? []
  const [, completions] = /^ {2}completions: (\d+)$/m.exec(code) ?? []
  return {
    script: lines.replaceAll(`${indent}  `, ''),
    completions: Number(completions),
  }
}

it('the documents have one manifest, an Indexed Job', () => {
  expect(manifests.map(({ code }) => /completionMode: (\w+)/.exec(code)?.[1])).toEqual(['Indexed'])
})

it.each(manifests)(
  'the pods of the Job at $name, one of them twice, make logs that replay to the bytes of the whole',
  (block) => {
    const { run } = installed()
    const { script, completions } = jobOf(block)
    expect(run('clientfold generate --events 3000 --clients 100 --out events.ndjson').status).toBe(
      0,
    )
    // A refused line must not make the Job repeat a part.
    expect(run('echo "no event" >> events.ndjson').status).toBe(0)
    for (const index of [0, ...Array(completions).keys()]) {
      const pod = run(script, { JOB_COMPLETION_INDEX: String(index) })
      expect(pod).toEqual({ stdout: '', status: 0, error: undefined })
    }
    const { stdout: whole } = run('clientfold replay events.ndjson')
    const { stdout } = run('clientfold replay pod-*.ndjson')
    expect(stdout === whole).toBe(true)
    expect(whole.split('\n')).toHaveLength(101)
  },
)
