import { expect, it } from 'vitest'
import type { Subject } from '../../src/testing/index.js'
import { PLAIN_STEP } from '../../src/testing/stories/step.js'
import { storyOf } from '../../src/testing/stories/story.js'
import { deliverInterrupted } from '../../src/testing/subject-laws/interruptions.js'
import { createTrial, createWorldNames } from '../../src/testing/subject-laws/trial.js'
import { handlerOf } from './handlers/plain-handler.js'

// It waits five seconds for the answer.
it('a delivery that a crash leaves without any answer is delivered again', async () => {
  const subject = handlerOf()
  let deliveries = 0
  const hanging: Subject = {
    ...subject,
    deliver: (request) => {
      deliveries += 1
      return deliveries === 1 ? new Promise(() => undefined) : subject.deliver(request)
    },
    restart: () => undefined,
  }
  const trial = createTrial(
    hanging,
    storyOf([{ ...PLAIN_STEP, interruption: 'crash' }]),
    createWorldNames(),
  )
  const [reading] = await deliverInterrupted(trial)
  expect(reading?.client).toMatchObject({ session_ids: ['sess_1'] })
  expect(deliveries).toBe(2)
  expect([...trial.reached]).toEqual(['a crash while a delivery is in flight'])
})
