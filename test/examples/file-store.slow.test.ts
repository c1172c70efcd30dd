import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describeStore, exampleEvents } from 'clientfold/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { openFileStore } from '../../examples/file-store.js'

const folder = await mkdtemp(join(tmpdir(), 'clientfold-file-store-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

let count = 0
const path = (): string => join(folder, `${count}.jsonl`)
const harness = {
  open: () => openFileStore(path()),
  renew: () => {
    count += 1
    return Promise.resolve()
  },
}

describeStore({ describe, it }, harness, {
  name: 'the store of the guide, in one file',
  needs: ['one-handle', 'reopening'],
  maxSeconds: 300,
})

it('a line that a crash cut off is left out, because its write was not answered', async () => {
  await harness.renew()
  const store = await harness.open()
  await store.record(exampleEvents)
  await store.close()
  await appendFile(path(), '[{"text":"{')
  const reopened = await harness.open()
  expect(await reopened.clientIds()).toHaveLength(3)
  await reopened.close()
})

it('what was erased is in no byte of the file', async () => {
  await harness.renew()
  const store = await harness.open()
  await store.record(exampleEvents)
  expect(await readFile(path(), 'utf8')).toContain('user_grace')
  await store.eraseUser('user_grace')
  await store.close()
  expect(await readFile(path(), 'utf8')).not.toContain('user_grace')
})
