import { describe, expect, it } from 'vitest'
import { runChaos } from './support/run-chaos.ts'

// The long form, with its table: npm run test:chaos -- --seeds 5 --faults 200 --trials 1000
describe('random faults on a whole service', () => {
  it('lose no trial, double none and break no invariant', async () => {
    const result = await runChaos({ seed: 1, faults: 20, trials: 100 })

    expect(result.violations).toEqual([])
    expect(result).toMatchObject({ lost: 0, doubled: 0 })
    expect(result.trials).toBeGreaterThanOrEqual(100)
    expect(Object.values(result.faults).reduce((a, b) => a + b)).toBe(20)
  })
})
