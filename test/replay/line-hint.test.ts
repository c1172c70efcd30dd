import { expect, it } from 'vitest'
import { describeLineError } from '../../src/replay/read-line.js'
import { eventLine, logOf, sessionPayload, sourceOf } from './log-bytes.js'
import { stepsOf } from './reading.js'

const CANARY = 'canary_7c1'
const EVENT = sessionPayload({ user_id: CANARY })
const TEXT = JSON.stringify(EVENT)

/** How the only line of a log is refused; null if it is not. */
const refusalOf = async (line: string): Promise<string | null> => {
  // The first line decides what the log is.
  const steps = await stepsOf([sourceOf([logOf(eventLine(), line)])])
  const refused = steps.flatMap((step) => (step.type === 'refused' ? [step.error] : []))
  expect(refused.length).toBeLessThanOrEqual(1)
  return refused[0] === undefined ? null : describeLineError(refused[0])
}

it.each([
  {
    name: 'a Svix export',
    line: { id: CANARY, eventType: 'session.created', payload: EVENT },
    expected:
      'this looks like a line of a Svix export: extract the event from its key payload, for example with jq -c .payload',
  },
  {
    name: 'CloudWatch',
    line: { timestamp: 1_779_955_200_000, message: TEXT },
    expected:
      "this looks like a line of CloudWatch or another log shipper: extract the event from its key message, for example with jq -c '.message | fromjson'",
  },
  {
    name: 'Docker',
    line: { log: `${TEXT}\n`, stream: 'stdout', time: '2026-05-28T08:00:00Z' },
    expected:
      "this looks like a line of the json-file driver of Docker: extract the event from its key log, for example with jq -c '.log | fromjson'",
  },
  {
    name: 'a shipper with a type of its own',
    line: { type: CANARY, message: EVENT },
    expected:
      'this looks like a line of CloudWatch or another log shipper: extract the event from its key message, for example with jq -c .message',
  },
])('the refusal of a line of $name names the tool and the key', async ({ line, expected }) => {
  expect(await refusalOf(JSON.stringify(line))).toBe(expected)
})

it.each([
  { name: 'a message that is no event', line: { message: CANARY } },
  { name: 'a message that is JSON but no event', line: { message: '{"type":7}', log: 5 } },
  { name: 'a payload without a type', line: { payload: { data: {} } } },
])('$name is refused as any other object', async ({ line }) => {
  expect(await refusalOf(JSON.stringify(line))).toBe('type: expected string, got nothing')
})

it('an event with keys of these names is an event', async () => {
  const line = JSON.stringify({ ...EVENT, payload: EVENT, log: TEXT, message: TEXT })
  expect(await refusalOf(line)).toBeNull()
})

it('the refusal of several objects on one line says what to do', async () => {
  expect(await refusalOf(`${TEXT}${TEXT}`)).toBe(
    'several JSON objects on one line: put each event on a line of its own, for example with jq -c .',
  )
})
