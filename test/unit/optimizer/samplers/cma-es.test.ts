import { describe, expect, it } from 'vitest'
import type { ParameterValues, SearchSpace } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import { encode, encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { learn } from '../../../../src/optimizer/surrogates/search-distribution.ts'
import { bestValue, simulate } from '../../../support/simulate.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

const best = (
  given: SearchSpace,
  objective: (params: ParameterValues) => number,
  trials: number,
  seed: number,
) => bestValue(simulate({ space: given, objective, trials, seed, sampler: 'cma-es' }))

describe('cma-es', () => {
  it('goes down a narrow, rotated valley, its covariance learned', () => {
    const box = space(Array.from({ length: 4 }, (_, i) => float(`x${i}`, -3, 5)))
    const valley = (params: ParameterValues) => {
      const [a, b, c, d] = [0, 1, 2, 3].map((i) => Number(params[`x${i}`]) - 1)
      return 1000 * (a! - b!) ** 2 + (a! + b!) ** 2 + 100 * (c! - d!) ** 2 + (c! + d!) ** 2
    }
    expect(best(box, valley, 700, 1)).toBeLessThan(1e-3)
  }, 60_000)

  it('does not get stuck between integers, and learns which category is right', () => {
    const mixed = space([int('a', 0, 9), int('b', 0, 9), choice('k', 'p', 'q', 'r'), float('x', 0, 1)])
    const objective = ({ a, b, k, x }: ParameterValues) =>
      (Number(a) - 9) ** 2 + (Number(b) - 1) ** 2 + (k === 'r' ? 0 : 3) + (Number(x) - 0.3) ** 2
    for (const seed of [1, 2]) expect(best(mixed, objective, 250, seed)).toBeLessThan(0.01)
  }, 60_000)

  it('learns nothing of what was not active, and nothing of numbers from categories', () => {
    const encoded = encodeSpace(
      space([
        choice('branch', 'a', 'b'),
        { ...choice('kind', 'u', 'v', 'w'), when: { branch: ['a'] } },
        { ...float('q', 0, 1), when: { branch: ['a'] } },
        float('x', 0, 1),
      ]),
    )
    const random = Random.fromSeed(1)
    const results = Array.from({ length: 80 }, () => {
      const x = random.uniform()
      return { point: encode(encoded, { branch: 'b', x }), value: (x - 0.8) ** 2 }
    })

    const { mean, covariance, chances } = learn(encoded, results, random)

    expect([...chances[1]!]).toEqual([
      expect.closeTo(1 / 3, 12),
      expect.closeTo(1 / 3, 12),
      expect.closeTo(1 / 3, 12),
    ])
    expect(chances[0]![1]).toBeGreaterThan(0.9)
    // Of four coordinates q is the third, x the last.
    expect(mean[2]).toBe(0.5)
    expect(Math.abs(mean[3]! - 0.8)).toBeLessThan(0.1)
    expect(covariance[2 * 4 + 2]).toBeGreaterThan(0.9)
  })
})
