import { expect, it } from 'vitest'
import type { Device } from '../../src/projections/devices.js'
import { exampleBodies } from '../../src/testing/index.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { logOf } from '../replay/log-bytes.js'
import { folderWithStore } from './given/store.js'

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0'
const requested = {
  ...aSessionEvent({ id: 'sess_1', user_id: 'user_x', client_id: 'client_x', actor: { sub: 'u' } }),
  event_attributes: { http_request: { client_ip: '203.0.113.7\u001b[2J', user_agent: agent } },
}

const folder = await folderWithStore(logOf(...exampleBodies, JSON.stringify(requested)))
const devices = (...args: ReadonlyArray<string>) => folder.run(['devices', ...args])

it('clientfold devices writes a table, by the clock of now', async () => {
  const { code, stdout, stderr } = await devices('user_mei')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/client_library_tablet .*tablet.* 東京, JP .* removed/)
  expect((await devices('user_x', '--at', String(T0))).stdout).toContain('active (impersonated)')
  expect((await devices('user_x')).stdout).toContain('expired (impersonated)')
})

it('clientfold devices marks the current session and escapes what came from outside', async () => {
  const { stdout } = await devices('user_x', '--current', 'sess_1')
  expect(stdout).toMatch(
    /client_x \* .* Firefox 126 .* Linux, desktop .*203\.0\.113\.7\\u\{1b\}\[2J/,
  )
  expect(stdout).toContain('sess_1 *')
  expect(stdout).toContain('* the current session')
  expect(stdout).not.toContain('\u001b[2J')
})

it('clientfold devices writes the documented keys as JSON, for any moment', async () => {
  const read = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<Device>> =>
    JSON.parse((await devices('user_grace', '--format', 'json', ...args)).stdout) as Device[]
  const now = await read('--current', 'sess_grace_2')
  expect(now).toMatchObject([
    { object: 'device', client_id: 'client_grace_phone', is_current: true },
    { client_id: 'client_ada_laptop', is_current: false },
  ])
  const then = await read('--as-of', '2026-05-28T15:00:00Z')
  expect(then).toMatchObject([
    { client_id: 'client_grace_phone', sessions: [{ id: 'sess_grace_1', status: 'active' }] },
  ])
})

it('clientfold devices says so if there are no such devices', async () => {
  const sentence = 'has no such device of this user; check the id, --store and the other options'
  for (const args of [
    ['user_nobody'],
    ['user_x', '--impersonated', 'drop'],
    ['user_x', '--as-of', String(T0 - DAY)],
    ['user_x', '--known-at', String(T0 - DAY)],
  ]) {
    const { code, stdout, stderr } = await devices(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(sentence)
  }
})

it('clientfold devices refuses a moment and a choice that it does not know', async () => {
  for (const args of [
    ['--at', 'yesterday'],
    ['--impersonated', 'no'],
  ]) {
    expect(await devices('user_x', ...args)).toMatchObject({ code: 2, stdout: '' })
  }
})
