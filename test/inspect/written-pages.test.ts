import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPageFiles } from '../../src/inspect/page-files.js'
import { filePage } from '../../src/inspect/page-html.js'
import { timelineSvg } from '../../src/inspect/timeline-svg.js'
import { timelineOf } from '../../src/projections/timeline.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { hostileIds } from './given/hostile-ids.js'

const NOW = T0 + DAY

describe('the script and the style', () => {
  it('have at most 25 kB together, gzipped', async () => {
    const { script, style } = await readPageFiles()
    const bytes = [script, style].map((text) => gzipSync(text, { level: 9 }).length)
    expect(bytes[0]! + bytes[1]!).toBeGreaterThan(1000)
    expect(bytes[0]! + bytes[1]!).toBeLessThanOrEqual(25_000)
  })
})

describe('a page in a file', () => {
  it('has its data in one element, whatever the payloads hold', () => {
    const files = { script: 'run()', style: 'p{}' }
    for (const id of hostileIds) {
      const clients = [{ id, events: [aSessionEvent({ client_id: id, id })] }]
      const inspection = { id, foundAs: 'client', clients, devices: [], now: NOW } as const
      const html = filePage(inspection, files)
      const [, data] = /<script type="application\/json" id="inspection">([^<]*)<\/script>/.exec(
        html,
      )!
      expect(JSON.parse(data!)).toEqual(inspection)
      expect(html.match(/<[a-z]/g)).toEqual(
        filePage({ ...inspection, id: '', clients: [] }, files).match(/<[a-z]/g),
      )
    }
  })

  it('allows its own script and style by their hashes, and nothing else', () => {
    const clients: [] = []
    const html = filePage(
      { id: '', foundAs: 'client', clients, devices: [], now: NOW },
      {
        ...{ script: 'run()', style: 'p{}' },
      },
    )
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!
    const hash = createHash('sha256').update('run()').digest('base64')
    expect(policy).toContain(`script-src 'sha256-${hash}';`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain("'self'")
  })
})

describe('the picture of a timeline', () => {
  const picture = (id: string) =>
    timelineSvg(
      timelineOf([
        aSessionEvent({ id, user_id: id }),
        aSessionEvent({ id, user_id: id, status: 'ended', updated_at: T0 + MINUTE }),
      ]),
      {
        ...{ foundAs: 'client', id, now: NOW },
      },
    )

  it('names each session, its statuses and its events', () => {
    const svg = picture('sess_1')
    expect(svg).toContain('>sess_1</text>')
    for (const title of ['active', 'ended', 'new', 'changed']) {
      expect(svg).toContain(`<title>${title}</title>`)
    }
  })

  it('has the same elements whatever the ids hold, and no character that XML forbids', () => {
    const elements = picture('x').match(/<[a-z]+/g)
    for (const id of hostileIds) {
      const svg = picture(id)
      expect(svg.match(/<[a-z]+/g)).toEqual(elements)
      // eslint-disable-next-line no-control-regex
      expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff\u202e]/)
      expect(svg).not.toMatch(/\p{Cs}/u)
      expect(svg.length).toBeLessThan(5000)
    }
  })
})
