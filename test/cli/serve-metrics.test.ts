import { describe, expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { delivery } from '../http/given.js'
import { metricNamesIn, valuesOf } from '../telemetry/given.js'
import { failedWith, folderWith } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

const METRICS = { ...SECRETS, CLIENTFOLD_METRICS_KEY: 'scraper_key' }
const SCRAPER = { headers: { authorization: 'Bearer scraper_key' } }

describe('clientfold serve --metrics', () => {
  it('serves metrics to the scraper, which are off otherwise', async () => {
    const folder = await folderWith()
    const server = await startServer(folder, ['--metrics', '--opentelemetry'], METRICS)
    const body = eventText(aSessionEvent())
    const sent = delivery('msg_1', body, { at: Date.now() })
    expect((await fetch(`${server.url}/webhooks/clerk`, sent)).status).toBe(200)
    const scraped = await fetch(`${server.url}/metrics`, SCRAPER)
    const text = await scraped.text()
    expect(valuesOf(text, 'clientfold_deliveries_total')).toEqual({ recorded: 1 })
    const counts = valuesOf(text, 'clientfold_store_operation_duration_seconds_count')
    expect(counts.append).toBe(1)
    expect(metricNamesIn(text)).toContain('clientfold_quarantine_deliveries')
    const { CLIENTFOLD_SECRET_KEY } = SECRETS
    const reader = { headers: { authorization: `Bearer ${CLIENTFOLD_SECRET_KEY}` } }
    expect((await fetch(`${server.url}/metrics`, reader)).status).toBe(401)
    server.kill('SIGTERM')
    const { code, stderr } = await server.ended
    expect([code, stderr]).toEqual([0, expect.stringContaining('GET /metrics')])

    const other = await startServer(folder, [], METRICS)
    expect((await fetch(`${other.url}/metrics`, SCRAPER)).status).toBe(404)
    other.kill('SIGTERM')
    await other.ended
  })

  it('needs a secret for the scraper', async () => {
    const folder = await folderWith()
    const run = (key: string) =>
      folder.run(['serve', '--create', '--metrics'], {
        env: { ...SECRETS, CLIENTFOLD_METRICS_KEY: key },
      })
    expect(await run('')).toEqual(
      failedWith(
        '--metrics needs a secret that the scraper sends as Authorization: Bearer; set CLIENTFOLD_METRICS_KEY',
      ),
    )
    expect(await run('two words')).toEqual(
      failedWith(
        'the secret in CLIENTFOLD_METRICS_KEY is invalid; use printable ASCII characters without spaces',
      ),
    )
    expect(await folder.names()).toEqual([])
  })
})
