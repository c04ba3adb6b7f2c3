import { describe, expect, it } from 'vitest'
import type { Comparison, Figures } from '../../../bench/engine/measure.ts'
import { spreadOf, standardErrors } from '../../../bench/engine/noise.ts'
import { judgeQuality } from '../../../bench/engine/quality.ts'

describe('the noise of a figure over seeds', () => {
  it('is its sample standard deviation', () => {
    expect(spreadOf([1, 2, 3, 4])).toEqual({ mean: 2.5, deviation: Math.sqrt(5 / 3), seeds: 4 })
    expect(spreadOf([7])).toEqual({ mean: 7, deviation: 0, seeds: 1 })
  })

  it("measures a difference of means in Welch's standard errors", () => {
    // scipy.stats.ttest_ind(a, b, equal_var=False) 1.10.1: statistic -2.4494897427831783
    const [a, b] = [spreadOf([1, 2, 3, 4, 5]), spreadOf([5, 6, 7, 3, 9])]
    expect(standardErrors(a, b)).toBeCloseTo(-2.4494897427831783, 12)
    expect(standardErrors(b, a)).toBeCloseTo(2.4494897427831783, 12)
  })

  it('is none where nothing differs, and never excuses a difference without any spread', () => {
    expect(standardErrors(spreadOf([1, 1]), spreadOf([1, 1]))).toBe(0)
    expect(standardErrors(spreadOf([0.986667, 0.986667]), spreadOf([0.98666668, 0.98666668]))).toBe(0)
    expect(standardErrors(spreadOf([2, 2]), spreadOf([1, 1]))).toBe(Number.POSITIVE_INFINITY)
  })

  it('tells a worse engine from an equal one', () => {
    const runs = (losses: readonly number[]) => losses.map((loss) => ({ workload: 'W', loss, accuracy: 0.9 }))
    const compare = (ours: readonly number[], theirs: readonly number[]) =>
      judgeQuality({
        engine: runs(ours) as unknown as Figures[],
        torch: runs(theirs),
      } as unknown as Comparison)

    expect(compare([1, 1.1, 0.9], [1.05, 0.95, 1.12])).toMatchObject({ within_noise: true })
    expect(compare([1, 1.1, 0.9], [2, 2.1, 1.9])).toMatchObject({
      within_noise: false,
      loss: { standard_errors: -12.2 },
    })
    expect(compare([1, 1.1, 0.9], [])).not.toHaveProperty('within_noise')
  })
})
