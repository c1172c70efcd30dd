import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { curlLine } from '../../src/testing/torture/curl-line.js'
import { failedWith, folderWith } from './given/folder.js'
import { runInProcess } from './given/in-process.js'

describe('torture', () => {
  it.each([
    {
      name: 'another host',
      args: ['--url', 'https://api.example.com/hooks'],
      message:
        '--url names the host api.example.com, which keeps what torture sends; if you mean it, add --allow-host api.example.com',
    },
    {
      name: 'another host for reading',
      args: ['--url', 'http://localhost:1', '--read', 'http://example.com/{id}'],
      message:
        '--read names the host example.com, which keeps what torture sends; if you mean it, add --allow-host example.com',
    },
    {
      name: 'a host that only looks like this machine',
      args: ['--url', 'http://127.0.0.1.example.com/'],
      message:
        '--url names the host 127.0.0.1.example.com, which keeps what torture sends; if you mean it, add --allow-host 127.0.0.1.example.com',
    },
    {
      name: 'a path',
      args: ['--url', '/hooks'],
      message: '--url is no URL; give one such as http://127.0.0.1:8787/webhooks',
    },
  ])('torture refuses $name', async ({ args, message }) => {
    expect(await runInProcess(['torture', ...args])).toEqual(failedWith(message))
  })

  it('torture does not replace a file that has no failures', async () => {
    const folder = await folderWith({ notes: 'to do' })
    const args = ['torture', '--url', 'http://localhost:1', '--failures', `${folder.path}/notes`]
    const { code, stderr } = await runInProcess(args)
    expect(code).toBe(2)
    expect(stderr).toContain('notes has no failures of torture; give --failures another file')
  })
})

describe('curlLine', () => {
  it('the shell passes on every character of a request', () => {
    const body = `{"a":"it's $HOME \`x\` \\\\ 東京\n"}`
    const line = curlLine('http://localhost/a b', {
      id: 'msg_1',
      headers: { 'svix-id': "m'1" },
      body,
    })
    const { stdout } = spawnSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${line}`])
    const words = stdout.toString().split('\0')
    expect(words).toContain('http://localhost/a b')
    expect(words).toContain("svix-id: m'1")
    expect(words).toContain(body)
  })
})
