import fc from 'fast-check'

const MAX_MILLISECONDS = 1500

// Always the same samples, and a mutant that a property finds is not shrunk. A mutant that no test finds costs
// the time of all tests, so the time of each property is bounded too.
fc.configureGlobal({ seed: 1, endOnFailure: true })
fc.installGlobalPlugin(fc.interruptAfterTimeLimit(MAX_MILLISECONDS))
